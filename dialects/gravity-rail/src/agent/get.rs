//! `GET /agents/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, get};
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

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/agents/{agent}"), handle)
        .doc("Gets an agent", "")
        .scope(Scope::read(Resource::Agents))
        .responds::<AgentResponse>(200, "The agent.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such agent.")])
}

/// Includes archived agents. A member that is no agent is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let reference = EntityRef::from_path(params.get("agent"), EntityKind::Assistant)?;
    let found = member::find_assistant(&app.engine, &ctx, reference.to_member_key()).await?;
    Ok(ok_json(&AgentResponse::from_member(found)))
}
