//! `GET /conversation/{conversation}/message/{message}/fetch`, after the vendor's manual on conversation messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scan::MessageRow;
use parlor_model::scope::{Resource, Scope};

use super::instance::{MessageInstance, MessageListRow};
use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::encode::{ListRow, RecordWriter};
use crate::prefix::Prefix;
use crate::{HandlerResult, conversation_access, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/message/{message}/fetch";
    reads::<MessageInstance>(get(prefix, path, handle), Resource::Messages)
        .doc("A message", super::MANUAL)
}

/// Returns a message. It is found only in its own conversation.
async fn handle(State(app): State<AppState>, caller: Caller, params: PathParams) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let conversation = params.get("conversation");
    let conversation = conversation_access::find_for_messages(&app, ctx, conversation).await?;
    let key = MessageKey::Id(ids::parse_message_id(params.get("message"))?);
    let conversation = ConversationKey::Number(conversation.number);
    let found = message::find(&app.engine, ctx, conversation, key).await?;
    let metadata = found.metadata.to_text();
    let row = MessageRow {
        id: found.id,
        seq: found.seq,
        role: found.role,
        subtype: found.subtype.as_deref(),
        text: found.text.as_str(),
        name: found.details.name,
        description: found.details.description,
        entities: found.details.entities.map(|spans| spans.to_string()),
        tool_calls: found.details.tool_calls,
        tool_result: found.details.tool_result,
        metadata: &metadata,
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut writer = RecordWriter::new(app.dialect_settings());
    let mut object = writer.begin_object(ids::MESSAGE_PREFIX, row.id);
    MessageListRow {
        row: &row,
        conversation: None,
    }
    .write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        writer.out,
    ))
}
