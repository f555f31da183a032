//! Answers in a conversation.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::chat::{self, SendAsAssistant, SendAsAssistantResult};
use parlor_engine::message;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind, Medium};
use parlor_model::error::ErrorKind;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error, Result};
use serde_json::json;

use super::{parse_key, transcript};
use crate::error_page::PageError;
use crate::form::{Form, SignedForm};
use crate::response::see_other;

/// Stores an answer and leads back to the conversation, or answers script with the message's position.
pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let key = parse_key(&params)?;
    let found = super::find(&app, &visit.ctx, key).await?.conversation;
    let sent = send(&app, &visit.ctx, &found, &form).await;
    let is_script = form.filled("script").is_some();
    match sent {
        Ok(seq) if is_script => Ok(response::json(StatusCode::OK, &json!({ "seq": seq }))),
        Ok(_) => Ok(see_other(&format!(
            "/console/conversations/{}#end",
            params.get("id")
        ))),
        Err(error) if !is_caused_by_visitor(&error) => Err(error.into()),
        Err(error) if is_script => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response::json(
                status,
                &json!({ "sentence": error.to_string() }),
            ))
        }
        // The text is kept in the form.
        Err(error) => {
            let unsent = (form.text("text").to_owned(), error.to_string());
            transcript::show(&app, &visit, &params, (None, Some(unsent))).await
        }
    }
}

fn is_caused_by_visitor(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Invalid { .. } | ErrorKind::Conflict(_) | ErrorKind::Forbidden(_)
    )
}

/// Sends a text: in a chat as the service that answers, over the chat's channel; elsewhere as the visitor.
async fn send(app: &AppState, ctx: &Ctx, found: &Conversation, form: &Form) -> Result<Option<i64>> {
    let engine = &app.engine;
    // Forms end lines with two characters.
    let text = form.text("text").replace("\r\n", "\n");
    let key = ConversationKey::Number(found.number);
    let is_service = found.kind == ConversationKind::Chat;
    if is_service && found.service.medium != Medium::Web {
        let command = SendAsAssistant {
            conversation: key,
            text: Redacted(text),
            tool_calls: None,
            files: Vec::new(),
        };
        return match chat::send_as_assistant(engine, ctx, command).await? {
            SendAsAssistantResult::Stored { message, .. } => Ok(Some(message.seq)),
            SendAsAssistantResult::DeliveredNotStored => Ok(None),
            SendAsAssistantResult::NotDelivered { .. } => Err(Error::invalid(
                "text",
                "could not be handed to the carrier; nothing was sent",
            )),
        };
    }
    let role = match is_service {
        true => MessageRole::Assistant,
        false => MessageRole::User,
    };
    let author = ctx.actor.map(|actor| actor.number);
    let command = CreateMessage {
        client_id: form.filled("client_id").map(str::to_owned),
        requests_answer: !is_service,
        ..CreateMessage::new(key, author, role, text)
    };
    message::create(engine, ctx, command)
        .await
        .map(|sent| Some(sent.seq))
}
