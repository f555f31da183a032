//! `POST /chats/{chat_id}/send-assistant-message`: an operator sends a message as the assistant.
//!
//! Over SMS and email the message is delivered first and stored afterwards. A failed delivery is reported by a code
//! with status 200 and nothing is stored, so a retry sends the message once. The vendor runs `tool_calls` before
//! delivery; this server has no tools, so it stores them with the message and runs nothing. `attachmentIds` is its own field.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::chat::{self, SendAsAssistant, SendAsAssistantResult};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::message::MessageRole;
use parlor_model::message_details::DeliveryStatus;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{CLOSED, VENDOR_PAGE};
use crate::auth::Caller;
use crate::chat::delivery_failure;
use crate::documented::{BAD_BODY, NO_CHAT, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::message::{self, OpenAIMessageResponse, StoredMessage};
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

/// Calls in one message at the most.
const MAX_TOOL_CALLS: usize = 100;
const MAX_TOOL_CALL_FIELD_CHARS: usize = 200;

/// What to say.
#[derive(Deserialize, ToSchema)]
struct SendAssistantMessageRequest {
    /// 1 to 65,536 characters; Markdown over email.
    #[schema(max_length = 65536, pattern = r"^[^\u0000]*[^\s\u0000][^\u0000]*$")]
    message: String,
    /// Kept with the message; at most 100.
    #[schema(max_items = 100)]
    tool_calls: Option<Vec<ToolCall>>,
    /// Files of the chat to send with it, at most 30. A field of this server's own.
    #[serde(rename = "attachmentIds", default)]
    #[schema(max_items = 30)]
    attachment_ids: Option<Vec<EntityRef>>,
}

/// A tool that is called.
#[derive(Deserialize, ToSchema)]
struct ToolCall {
    #[schema(min_length = 1, max_length = 200, pattern = r"[^\s\x85]")]
    id: String,
    function: ToolFunction,
}

/// Which tool, and with what.
#[derive(Deserialize, ToSchema)]
struct ToolFunction {
    #[schema(min_length = 1, max_length = 200, pattern = r"[^\s\x85]")]
    name: String,
    /// JSON as a text; empty by default.
    arguments: Option<String>,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SendAssistantMessageResponse {
    success: bool,
    /// A sentence about it.
    message: &'static str,
    /// The message that was kept; absent where the chat lacks one that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_uuid: Option<String>,
    /// `sent` where it left the server, null where it had not to.
    delivery_status: Option<&'static str>,
    /// The message that was kept, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_message: Option<OpenAIMessageResponse>,
    /// Why it did not leave: the codes of `initialMessageError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/chats/{conversation}/send-assistant-message"),
        handle,
    )
    .doc("Speaks on the assistant's side", VENDOR_PAGE)
    .scope(Scope::write(Resource::Conversations))
    .body::<SendAssistantMessageRequest>()
    .responds::<SendAssistantMessageResponse>(
        200,
        "What became of it, also where it did not leave.",
    )
    .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_CHAT, CLOSED, TOO_LARGE])
}

/// Clears `needsResponse`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: SendAssistantMessageRequest = body::parse(payload).await?;
    if request.message.trim().is_empty() {
        return Err(Error::invalid("message", "must not be empty").into());
    }
    let tool_calls = request.tool_calls.map(to_tool_calls).transpose()?.flatten();
    let files = request.attachment_ids.unwrap_or_default();
    let text = request.message;
    let command = SendAsAssistant {
        conversation: ids::parse_chat_key(params.get("conversation"))?,
        text: Redacted(text.clone()),
        tool_calls: tool_calls.clone(),
        files: files.into_iter().map(EntityRef::to_id_or_number).collect(),
    };
    let result = chat::send_as_assistant(&app.engine, &ctx, command).await;
    let answer = match result.map_err(|error| {
        body::rename_error_field(error, &[("text", "message"), ("files", "attachmentIds")])
    })? {
        SendAsAssistantResult::NotDelivered { medium, reason } => SendAssistantMessageResponse {
            success: false,
            message: "The message was not sent.",
            message_uuid: None,
            delivery_status: None,
            chat_message: None,
            error: Some(delivery_failure::failure_code(reason, medium)),
        },
        SendAsAssistantResult::DeliveredNotStored => SendAssistantMessageResponse {
            success: true,
            message: "The message was sent, but could not be kept with the chat.",
            message_uuid: None,
            delivery_status: Some("sent"),
            chat_message: None,
            error: None,
        },
        SendAsAssistantResult::Stored {
            conversation,
            message,
            delivery,
        } => SendAssistantMessageResponse {
            success: true,
            message: match delivery {
                Some(DeliveryStatus::Queued) => "The message will be sent.",
                _ => "The message was sent.",
            },
            message_uuid: Some(ids::format_uuid(message.id)),
            delivery_status: delivery.map(message::delivery_status),
            chat_message: Some(OpenAIMessageResponse::from(StoredMessage {
                chat: conversation,
                appended: message,
                role: MessageRole::Assistant,
                author: ctx.actor.map(|actor| actor.number),
                text,
                tool_calls,
                delivery,
            })),
            error: None,
        },
    };
    Ok(ok_json(&answer))
}

/// Converts calls to the stored form: objects with `id`, `type` and `function`. An empty list is `None`.
fn to_tool_calls(requested: Vec<ToolCall>) -> Result<Option<Value>> {
    if requested.len() > MAX_TOOL_CALLS {
        return Err(Error::invalid("tool_calls", "must be at most 100"));
    }
    let is_valid = |text: &str| {
        !text.trim().is_empty()
            && !text.contains('\0')
            && text.chars().count() <= MAX_TOOL_CALL_FIELD_CHARS
    };
    let mut calls = Vec::with_capacity(requested.len());
    for (index, ToolCall { id, function }) in requested.into_iter().enumerate() {
        for (field, text) in [("id", &id), ("function.name", &function.name)] {
            if !is_valid(text) {
                let rule = "must be 1 to 200 characters";
                return Err(Error::invalid(format!("tool_calls[{index}].{field}"), rule));
            }
        }
        let arguments = function.arguments.unwrap_or_default();
        calls.push(json!({
            "id": id, "type": "function",
            "function": { "name": function.name, "arguments": arguments },
        }));
    }
    Ok((!calls.is_empty()).then_some(Value::Array(calls)))
}
