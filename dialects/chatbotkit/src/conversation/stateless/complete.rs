//! `POST /conversation/complete`, after the vendor's reference on completing conversations.

use axum::extract::State;
use parlor_engine::completion;
use parlor_engine::outbound::CompletionPrompt;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
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

/// What is to be answered. Unknown fields, `contactId`, `functions` and `limits` too, are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = StatelessCompleteFields)]
pub(super) struct StatelessCompleteRequest {
    /// The messages, oldest first.
    #[schema(min_items = 1, max_items = 1000)]
    messages: Vec<MessageCreateRequest>,
    /// The model; that of the workspace if absent.
    #[serde(default)]
    pub(super) model: Option<String>,
    /// What the assistant is told to be.
    #[serde(default)]
    backstory: Option<String>,
    /// What it is told besides; other extensions are ignored.
    #[serde(default)]
    extensions: Option<PromptExtensions>,
}

/// Additions to what an assistant is told.
#[derive(Deserialize, ToSchema)]
struct PromptExtensions {
    /// Comes after the backstory.
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

impl StatelessCompleteRequest {
    /// Returns what to complete.
    ///
    /// # Errors
    /// `Invalid` without a message with a text, or with too many.
    pub(super) fn to_prompt(&self) -> Result<CompletionPrompt> {
        if self.messages.is_empty() || self.messages.len() > MAX_MESSAGES {
            return Err(Error::invalid("messages", "must have 1 to 1,000 items"));
        }
        let messages: Vec<_> = self
            .messages
            .iter()
            .enumerate()
            .filter(|(_, message)| !message.is_textless_activity())
            .map(|(index, message)| {
                let message = message.to_initial_message("messages", index)?;
                Ok((message.role, message.text))
            })
            .collect::<Result<_>>()?;
        if messages.is_empty() {
            return Err(Error::invalid("messages", "must have an item with a text"));
        }
        Ok(CompletionPrompt {
            instructions: self.instructions().map(Redacted),
            messages,
            model: self.model.clone(),
        })
    }

    /// Returns what the assistant is told.
    fn instructions(&self) -> Option<String> {
        let extensions = self.extensions.as_ref();
        let extension = extensions.and_then(|extensions| extensions.backstory.clone());
        let parts: Vec<String> = self
            .backstory
            .clone()
            .into_iter()
            .chain(extension)
            .collect();
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }
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
    let prompt = request.to_prompt()?;
    let begun = completion::complete(&app.engine, ctx, prompt).await?;
    let format = AnswerFormat::new(&query);
    Ok(answer::respond_stateless(begun, request.model, (format, progress)).await)
}
