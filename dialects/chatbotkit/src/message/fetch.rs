//! `GET /conversation/{conversation}/message/{message}/fetch`, after the vendor's manual on conversation messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scan::MessageRow;
use parlor_model::scope::{Resource, Scope};

use super::instance::MessageListRow;
use crate::auth::Caller;
use crate::conversation::authorize;
use crate::encode::RecordWriter;
use crate::listing::ListRow;
use crate::{HandlerResult, ids};

/// A message is found in its own conversation only.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let home = authorize::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = MessageKey::Id(ids::parse_message_id(params.get("message"))?);
    let home = ConversationKey::Number(home.number);
    let found = engine::find(&app.engine, ctx, home, key).await?;
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
        metadata: &metadata,
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut pen = RecordWriter::new(app.dialect_settings());
    let mut object = pen.begin_object(ids::MESSAGE_PREFIX, row.id);
    MessageListRow {
        row: &row,
        conversation: None,
    }
    .write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        pen.out,
    ))
}
