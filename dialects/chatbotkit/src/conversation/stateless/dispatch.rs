//! `POST /conversation/dispatch`, after the vendor's reference on dispatching conversations.

use axum::extract::State;
use parlor_engine::completion;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};

use super::complete::StatelessCompleteRequest;
use crate::auth::Caller;
use crate::conversation::REFERENCE;
use crate::conversation::answer::{self, AnswerChannel, DispatchResponse};
use crate::documented::{post, requires_assistant};
use crate::prefix::Prefix;
use crate::{HandlerResult, body};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    requires_assistant(post(prefix, "/api/v1/conversation/dispatch", handle))
        .doc(
            "Receive the events of an answer to messages that are not stored on a channel",
            REFERENCE,
        )
        .body::<StatelessCompleteRequest>()
        .responds::<DispatchResponse>(200, "The channel")
}

/// Completes the messages, and responds at once. Nothing but the number of tokens is stored.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let request: StatelessCompleteRequest = body::parse(payload).await?;
    let prompt = request.to_prompt()?;
    let begun = completion::complete(&app.engine, ctx, prompt).await?;
    let channel = AnswerChannel::new(&app.engine, ctx);
    Ok(answer::dispatch_stateless(begun, request.model, channel))
}
