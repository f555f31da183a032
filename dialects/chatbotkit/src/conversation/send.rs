//! `POST /conversation/{conversation}/send`, after the vendor's reference on sending messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageRole;
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::authorize;
use crate::auth::Caller;
use crate::listing::{ListQuery, prefers_event_stream};
use crate::message::{MessageCreateResponse, resolve_author};
use crate::{HandlerResult, body, ids};

/// What is said. Unknown fields are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = SendFields)]
pub(crate) struct ConversationSendRequest {
    /// The text.
    #[schema(min_length = 1, max_length = 65536)]
    text: String,
    /// Spans of the text with a meaning; kept and returned with the message.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

#[derive(Serialize)]
struct SendStreamEvent {
    r#type: &'static str,
    data: MessageCreateResponse,
}

/// Stores what the contact says; nobody answers. With `Accept: application/jsonl` the answer is a stream of one event.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    asked: ListQuery,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let fields: ConversationSendRequest = body::parse(payload).await?;
    let found = authorize::find_for_message_update(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(found.number);
    let author = resolve_author(&found, ctx, MessageRole::User);
    let mut command =
        parlor_model::message::CreateMessage::new(key, author, MessageRole::User, fields.text);
    command.details.entities = fields.entities.map(Value::Array);
    let said = engine::create(&app.engine, ctx, command).await?;
    let stored = MessageCreateResponse::new(said.id);
    if !prefers_event_stream(&asked) {
        return Ok(response::json(StatusCode::OK, &stored));
    }
    let event = SendStreamEvent {
        r#type: "result",
        data: stored,
    };
    let mut line = serde_json::to_vec(&event).unwrap_or_default();
    line.push(b'\n');
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/jsonl",
        line,
    ))
}
