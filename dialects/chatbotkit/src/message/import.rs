//! A message of a backup.

use parlor_kit::request_body::deserialize_map;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::import::{ImportMessage, ImportRecord};
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::message_type::MessageType;
use crate::body::{self, NullableText};
use crate::ids;
use crate::import::take_record_head;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageImportRecord {
    conversation_id: String,
    r#type: MessageType,
    text: String,
    #[serde(default, deserialize_with = "body::nullable_text")]
    name: NullableText,
    #[serde(default, deserialize_with = "body::nullable_text")]
    description: NullableText,
    #[serde(default)]
    entities: Option<Vec<Value>>,
}

/// A record with a `conversationId`.
pub(crate) fn parse_record(mut map: Map<String, Value>) -> Result<ImportRecord> {
    let head = take_record_head(&mut map, ids::parse_message_id)?;
    let line: MessageImportRecord = deserialize_map(map)?;
    let conversation = ids::parse_conversation_id(&line.conversation_id)
        .map_err(|_| Error::new(ErrorKind::NotFound(EntityKind::Conversation)))?;
    Ok(ImportRecord::Message(Box::new(ImportMessage {
        id: head.id,
        conversation,
        role: line.r#type.role(),
        subtype: line.r#type.subtype(),
        type_name: |role, form| MessageType::from_role(role, form).as_str(),
        text: line.text.into(),
        name: line.name.flatten(),
        description: line.description.flatten(),
        entities: line.entities.map(Value::Array),
        metadata: head.metadata,
        times: head.timestamps,
    })))
}
