//! `POST /conversation/{conversation}/complete`, after the vendor's reference on completing conversations.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};

use super::assistant;
use crate::auth::SessionCaller;
use crate::documented::{post, requires_assistant};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/complete";
    requires_assistant(post(prefix, path, handle)).doc(
        "Say something and ask for an answer; takes the token of a session too",
        super::REFERENCE,
    )
}

/// The only endpoint that accepts a session token.
async fn handle(
    State(app): State<AppState>,
    caller: SessionCaller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    caller.require_conversation(ids::parse_conversation_id(params.get("conversation"))?)?;
    assistant::refuse(&app, &caller.ctx, &params, payload).await
}
