//! `POST /members/{id}/archive` and `/unarchive`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::member::UpdateMember;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::render_member;
use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Puts a member away: what it holds opens nothing any more. Doing it again changes nothing. Asks for `members:write`.
pub(crate) async fn archive(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    Ok(set_archived(&app, &ctx, params.get("member"), true).await?)
}

/// Brings it back. Asks for `members:write`.
pub(crate) async fn unarchive(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    Ok(set_archived(&app, &ctx, params.get("member"), false).await?)
}

async fn set_archived(app: &AppState, ctx: &Ctx, member: &str, archived: bool) -> Result<Response> {
    let key = ids::parse_member_key(member)?;
    ctx.require(Scope::write(Resource::Members))?;
    let found = member::find(&app.engine, ctx, key).await?;
    let command = UpdateMember {
        archived: Some(archived),
        ..UpdateMember::default()
    };
    let changed = member::update(&app.engine, ctx, found.member.key.id, command).await?;
    let shown = render_member(app, ctx, changed.member).await?;
    Ok(response::json(StatusCode::OK, &shown))
}
