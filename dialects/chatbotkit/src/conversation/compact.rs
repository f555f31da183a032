//! `POST /conversation/{conversation}/compact`, after the vendor's reference on compacting conversations.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};

use super::assistant;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{post, requires_assistant};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/compact";
    requires_assistant(post(prefix, path, handle))
        .doc("Ask for a summary of what was said", super::REFERENCE)
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    assistant::refuse(&app, &caller.ctx, &params, payload).await
}
