//! `POST /conversation/{conversation}/message/{answer}/downvote`, after the vendor's manual on conversation feedback.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::Resource;

use super::vote::{self, MANUAL, MessageDownvoteRequest};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/{answer}/downvote";
    writes::<MessageDownvoteRequest>(post(prefix, path, handle), Resource::Messages)
        .doc("Call what an assistant said bad", MANUAL)
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    vote::rate::<MessageDownvoteRequest>(&app, &caller, &params, payload).await
}
