//! `POST /conversation/import`: a way of our own to take back what an export gave. See [`crate::import`].

use axum::extract::State;
use parlor_kit::body::typed;
use parlor_kit::{App, Payload};
use parlor_model::Result;
use parlor_model::import::Import;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Fields;
use crate::auth::Caller;
use crate::import::{head, run};
use crate::message;
use crate::{Outcome, ids};

/// Conversations and messages as an export gives them, in JSON.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConversationImport)]
#[expect(
    dead_code,
    reason = "the document's view of what is read a record at a time"
)]
pub(crate) struct Backup {
    /// The conversations, each before its messages, and the messages in the order in which they were said.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// Needs `conversations:admin`, and for messages `messages:admin`: ids and times are the server's to choose otherwise.
/// A record with a `conversationId` is a message of that conversation.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::admin(Resource::Conversations))?;
    if caller.ctx.allows(Scope::admin(Resource::Messages)) {
        run(&app, &caller.ctx, payload, read).await
    } else {
        run(&app, &caller.ctx, payload, read_conversation).await
    }
}

fn read(map: Map<String, Value>) -> Result<Import> {
    if map.contains_key("conversationId") {
        message::import(map)
    } else {
        read_conversation(map)
    }
}

fn read_conversation(mut map: Map<String, Value>) -> Result<Import> {
    if map.contains_key("conversationId") {
        let admin = Scope::admin(Resource::Messages);
        let missing = parlor_model::error::Denied::MissingScope(admin);
        return Err(parlor_model::Error::forbidden(missing));
    }
    let head = head(&mut map, ids::conversation)?;
    let conversation = typed::<Fields>(map)?.import(head)?;
    Ok(Import::Conversation(Box::new(conversation)))
}
