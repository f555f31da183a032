//! `POST /conversation/{conversation}/dispatch`, after the vendor's reference on dispatching conversations.

use axum::extract::State;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};

use super::answer::{self, AnswerChannel, DispatchResponse};
use super::complete::{ConversationCompleteRequest, ask};
use crate::auth::Caller;
use crate::documented::{post, requires_assistant};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/dispatch";
    requires_assistant(post(prefix, path, handle))
        .doc(
            "Say something, and receive the events of the answer on a channel",
            super::REFERENCE,
        )
        .body::<ConversationCompleteRequest>()
        .optional()
        .responds::<DispatchResponse>(200, "The channel")
}

/// Stores what is said, with the request for an answer, and responds at once. The channel's history has the events that come
/// before somebody subscribes.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let request: ConversationCompleteRequest = body::parse(payload).await?;
    let (follower, requested) = ask(&app, ctx, params.get("conversation"), request).await?;
    let channel = AnswerChannel::new(&app.engine, ctx);
    Ok(answer::dispatch(app, follower, requested, channel))
}
