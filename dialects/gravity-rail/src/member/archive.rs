//! `POST /members/{id}/archive` and `/unarchive`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};
use parlor_model::member::UpdateMember;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::show;
use crate::auth::Caller;
use crate::{Fail, ids};

/// Puts a member away: what it holds opens nothing any more. Doing it again changes nothing. Asks for `members:write`.
pub(crate) async fn archive(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    Ok(set(&app, &ctx, params.get("member"), true).await?)
}

/// Brings it back. Asks for `members:write`.
pub(crate) async fn unarchive(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    Ok(set(&app, &ctx, params.get("member"), false).await?)
}

async fn set(app: &App, ctx: &Ctx, member: &str, archived: bool) -> Result<Response> {
    let key = ids::member(member)?;
    ctx.require(Scope::write(Resource::Members))?;
    let found = member::find(&app.engine, ctx, key).await?;
    let command = UpdateMember {
        archived: Some(archived),
        ..UpdateMember::default()
    };
    let changed = member::update(&app.engine, ctx, found.member.key.id, command).await?;
    let shown = show(app, ctx, changed.member).await?;
    Ok(reply::json(StatusCode::OK, &shown))
}
