//! `POST /conversation/import`: a way of our own to take back what an export gave. See [`crate::import`].

use axum::extract::State;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, RequestBody};
use parlor_model::Result;
use parlor_model::import::ImportRecord;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ConversationOptions;
use crate::auth::Caller;
use crate::import::{run_import, take_record_head};
use crate::message;
use crate::{HandlerResult, ids};

/// Conversations and messages as an export gives them, in JSON.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConversationImport)]
#[expect(
    dead_code,
    reason = "the document's view of what is read a record at a time"
)]
pub(crate) struct ConversationImportRequest {
    /// The conversations, each before its messages, and the messages in the order in which they were said.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// Needs `conversations:admin`, and for messages `messages:admin`: ids and times are the server's to choose otherwise.
/// A record with a `conversationId` is a message of that conversation.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::admin(Resource::Conversations))?;
    if caller.ctx.allows(Scope::admin(Resource::Messages)) {
        run_import(&app, &caller.ctx, payload, parse_record).await
    } else {
        run_import(&app, &caller.ctx, payload, parse_conversation).await
    }
}

fn parse_record(map: Map<String, Value>) -> Result<ImportRecord> {
    if map.contains_key("conversationId") {
        message::import(map)
    } else {
        parse_conversation(map)
    }
}

fn parse_conversation(mut map: Map<String, Value>) -> Result<ImportRecord> {
    if map.contains_key("conversationId") {
        let admin = Scope::admin(Resource::Messages);
        let missing = parlor_model::error::ForbiddenReason::MissingScope(admin);
        return Err(parlor_model::Error::forbidden(missing));
    }
    let head = take_record_head(&mut map, ids::parse_conversation_id)?;
    let conversation = deserialize_map::<ConversationOptions>(map)?.into_import_record(head)?;
    Ok(ImportRecord::Conversation(Box::new(conversation)))
}
