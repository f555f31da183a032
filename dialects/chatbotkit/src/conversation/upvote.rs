//! `POST /conversation/{conversation}/upvote`, after the vendor's manual on conversation feedback.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::Resource;

use super::vote::{self, MANUAL};
use crate::HandlerResult;
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::message::MessageUpvoteRequest;
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/upvote";
    writes::<MessageUpvoteRequest>(post(prefix, path, handle), Resource::Messages).doc(
        "Say that a conversation was good; the caller's earlier vote is replaced",
        MANUAL,
    )
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    vote::vote::<MessageUpvoteRequest>(&app, &caller, &params, payload).await
}
