//! `DELETE /members/{id}`: for good. What the member said stays, without an author.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::{HandlerError, ids};

/// Asks for `members:write`. A member with a role in the workspace stays until the role is taken away.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_member_key(params.get("member"))?;
    ctx.require(Scope::write(Resource::Members))?;
    let found = member::find(&app.engine, &ctx, key).await?;
    member::delete(&app.engine, &ctx, found.member.key.id).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
