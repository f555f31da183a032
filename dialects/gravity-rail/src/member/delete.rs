//! `DELETE /members/{id}`: for good. What the member said stays, without an author.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::{Fail, ids};

/// Asks for `members:write`. A member with a role in the workspace stays until the role is taken away.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = ids::member(params.get("member"))?;
    ctx.require(Scope::write(Resource::Members))?;
    let found = member::find(&app.engine, &ctx, key).await?;
    member::delete(&app.engine, &ctx, found.member.key.id).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
