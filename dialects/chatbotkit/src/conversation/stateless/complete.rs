//! `POST /conversation/complete`, after the vendor's reference on completing conversations.

use axum::extract::State;
use parlor_engine::completion;
use parlor_engine::outbound::CompletionPrompt;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::Error;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::HandlerResult;
use crate::auth::Caller;
use crate::body;
use crate::conversation::REFERENCE;
use crate::conversation::answer::{self, AnswerEvent, AnswerFormat, StatelessAnswerResponse};
use crate::documented::{post, requires_assistant};
use crate::listing::ListQuery;
use crate::message::MessageCreateRequest;
use crate::prefix::Prefix;

/// Messages of one request at most.
const MAX_MESSAGES: usize = 1_000;

/// What is to be answered. Unknown fields, `contactId`, `functions`, `extensions` and `limits` too, are accepted and
/// ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = StatelessCompleteFields)]
struct StatelessCompleteRequest {
    /// The messages, oldest first.
    #[schema(min_items = 1, max_items = 1000)]
    messages: Vec<MessageCreateRequest>,
    /// The model; that of the workspace if absent.
    #[serde(default)]
    model: Option<String>,
    /// What the assistant is told to be.
    #[serde(default)]
    backstory: Option<String>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    requires_assistant(post(prefix, "/api/v1/conversation/complete", handle))
        .doc("An answer to messages that are not stored", REFERENCE)
        .body::<StatelessCompleteRequest>()
        .responds::<StatelessAnswerResponse>(200, "The answer, or its events")
        .or_stream::<AnswerEvent<'_, StatelessAnswerResponse>>("application/jsonl")
}

/// Completes the messages. Nothing but the number of tokens is stored.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    query: ListQuery,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    let progress = payload.progress();
    let request: StatelessCompleteRequest = body::parse(payload).await?;
    if request.messages.is_empty() || request.messages.len() > MAX_MESSAGES {
        return Err(Error::invalid("messages", "must have 1 to 1,000 items").into());
    }
    let messages: Vec<_> = request
        .messages
        .iter()
        .enumerate()
        .filter(|(_, message)| !message.is_textless_activity())
        .map(|(index, message)| {
            let message = message.to_initial_message("messages", index)?;
            Ok((message.role, message.text))
        })
        .collect::<Result<_, Error>>()?;
    if messages.is_empty() {
        return Err(Error::invalid("messages", "must have an item with a text").into());
    }
    let prompt = CompletionPrompt {
        instructions: request.backstory.map(Redacted),
        messages,
        model: request.model.clone(),
    };
    let begun = completion::complete(&app.engine, ctx, prompt).await?;
    let format = AnswerFormat::new(&query);
    Ok(answer::respond_stateless(begun, request.model, (format, progress)).await)
}
