//! `POST /conversation/import`. An endpoint of this server's own: see [`crate::import`].

use axum::extract::State;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::error::ForbiddenReason;
use parlor_model::import::ImportRecord;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::options::ConversationOptions;
use crate::auth::Caller;
use crate::documented::{imports, post};
use crate::import::{run_import, take_record_head};
use crate::message;
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Conversations and messages as an export gives them, in JSON.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConversationImport)]
#[expect(
    dead_code,
    reason = "the document's view of what is read a record at a time"
)]
struct ConversationImportRequest {
    /// The conversations, each before its messages, and the messages in the order in which they were said.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    imports::<ConversationImportRequest>(
        post(prefix, "/api/v1/conversation/import", handle),
        Resource::Conversations,
    )
    .doc("Take back exported conversations and their messages", "")
}

/// Imports conversations and messages with their ids and times, which otherwise only the server chooses: hence
/// `conversations:admin`, and `messages:admin` for messages. A record with a `conversationId` is a message of that
/// conversation.
async fn handle(
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
        message::parse_import_record(map)
    } else {
        parse_conversation(map)
    }
}

fn parse_conversation(mut map: Map<String, Value>) -> Result<ImportRecord> {
    if map.contains_key("conversationId") {
        let admin = Scope::admin(Resource::Messages);
        return Err(Error::forbidden(ForbiddenReason::MissingScope(admin)));
    }
    let head = take_record_head(&mut map, ids::parse_conversation_id)?;
    let conversation = deserialize_map::<ConversationOptions>(map)?.into_import_record(head)?;
    Ok(ImportRecord::Conversation(Box::new(conversation)))
}
