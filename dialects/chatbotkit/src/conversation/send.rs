//! `POST /conversation/{conversation}/send`, after the vendor's reference on sending messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::post;
use crate::listing::{ListQuery, prefers_event_stream};
use crate::message::{MessageCreateResponse, resolve_author};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, conversation_access, ids};

/// What is said. Unknown fields are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = SendFields)]
struct ConversationSendRequest {
    /// The text.
    #[schema(min_length = 1, max_length = 65536)]
    text: String,
    /// Spans of the text with a meaning; kept and returned with the message.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

/// The event of a streamed response.
#[derive(Serialize, ToSchema)]
#[schema(as = SendEvent)]
struct SendStreamEvent {
    /// `result`.
    r#type: &'static str,
    data: MessageCreateResponse,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    post(prefix, "/api/v1/conversation/{conversation}/send", handle)
        .doc("Say something as the contact", super::REFERENCE)
        .body::<ConversationSendRequest>()
        .scope(Scope::write(Resource::Messages))
        .responds::<MessageCreateResponse>(200, "The message's id")
        .or_stream::<SendStreamEvent>("application/jsonl")
}

/// Stores a message of the contact. No assistant answers. With `Accept: application/jsonl` the response is a stream of one
/// event.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: ListQuery,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::parse_conversation_id(params.get("conversation"))?;
    let request: ConversationSendRequest = body::parse(payload).await?;
    let id = params.get("conversation");
    let found = conversation_access::find_for_message_update(&app, ctx, id).await?;
    let key = ConversationKey::Number(found.number);
    let author = resolve_author(&found, ctx, MessageRole::User);
    let mut command = CreateMessage::new(key, author, MessageRole::User, request.text);
    command.details.entities = request.entities.map(Value::Array);
    command.requests_answer = false;
    let created = message::create(&app.engine, ctx, command).await?;
    let response = MessageCreateResponse::new(created.id);
    if !prefers_event_stream(&query) {
        return Ok(response::json(StatusCode::OK, &response));
    }
    let event = SendStreamEvent {
        r#type: "result",
        data: response,
    };
    let mut line = serde_json::to_vec(&event).unwrap_or_default();
    line.push(b'\n');
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/jsonl",
        line,
    ))
}
