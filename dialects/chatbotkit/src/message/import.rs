//! Messages of an import.

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

/// A message as an export writes it, without the fields that all records have.
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

/// Parses a record with a `conversationId`.
///
/// # Errors
/// `Invalid`, or `NotFound` if the conversation's id has another form.
pub(crate) fn parse_import_record(mut map: Map<String, Value>) -> Result<ImportRecord> {
    let head = take_record_head(&mut map, ids::parse_message_id)?;
    let record: MessageImportRecord = deserialize_map(map)?;
    let conversation = ids::parse_conversation_id(&record.conversation_id)
        .map_err(|_| Error::new(ErrorKind::NotFound(EntityKind::Conversation)))?;
    Ok(ImportRecord::Message(Box::new(ImportMessage {
        id: head.id,
        conversation,
        role: record.r#type.role(),
        subtype: record.r#type.subtype(),
        type_name: |role, subtype| MessageType::from_role(role, subtype).as_str(),
        text: record.text.into(),
        name: record.name.flatten(),
        description: record.description.flatten(),
        entities: record.entities.map(Value::Array),
        metadata: head.metadata,
        times: head.timestamps,
    })))
}
