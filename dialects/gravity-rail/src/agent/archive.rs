//! `POST /agents/{id}/archive`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::AgentResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::write(Resource::Agents);

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/agents/{agent}/archive"), handle)
        .doc("Archives an agent", "")
        .scope(SCOPE)
        .responds::<AgentResponse>(200, "The agent as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such agent.")])
}

/// Idempotent.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let reference = EntityRef::from_path(params.get("agent"), EntityKind::Assistant)?;
    let archived = member::archive_assistant(&app.engine, &ctx, reference.to_member_key()).await?;
    Ok(ok_json(&AgentResponse::from_member(archived)))
}
