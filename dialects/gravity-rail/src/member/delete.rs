//! `DELETE /members/{id}`: deletes a member. Its messages stay, without an author.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{NO_MEMBER, RUNS_WORKSPACE};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::no_content;
use crate::{HandlerError, ids};

const SCOPE: Scope = Scope::write(Resource::Members);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/members/{member}"), handle)
        .doc("Deletes a member", "")
        .scope(SCOPE)
        .conditional_scope(Scope::write(Resource::Admin), RUNS_WORKSPACE)
        .responds_empty(204, "It is gone; what it said stays.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            NO_MEMBER,
            (
                409,
                "The member has a role in the workspace, or a live connection.",
            ),
        ])
}

/// A member with a role in the workspace is a conflict: the role has to be removed first.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_member_key(params.get("member"))?;
    ctx.require(SCOPE)?;
    let found = member::find(&app.engine, &ctx, key).await?;
    member::delete(&app.engine, &ctx, found.member.key.id).await?;
    Ok(no_content())
}
