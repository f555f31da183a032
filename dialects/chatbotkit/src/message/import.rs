//! A message of a backup.

use parlor_kit::body::typed;
use parlor_model::error::{Kind, Noun};
use parlor_model::import::{Import, ImportMessage};
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::word::Word;
use crate::body::{self, Field};
use crate::ids;
use crate::import::head;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    conversation_id: String,
    r#type: Word,
    text: String,
    #[serde(default, deserialize_with = "body::text")]
    name: Field,
    #[serde(default, deserialize_with = "body::text")]
    description: Field,
    #[serde(default)]
    entities: Option<Vec<Value>>,
}

/// A record with a `conversationId`.
pub(crate) fn read(mut map: Map<String, Value>) -> Result<Import> {
    let head = head(&mut map, ids::message)?;
    let line: Line = typed(map)?;
    let conversation = ids::conversation(&line.conversation_id)
        .map_err(|_| Error::new(Kind::NotFound(Noun::Conversation)))?;
    Ok(Import::Message(Box::new(ImportMessage {
        id: head.id,
        conversation,
        role: line.r#type.role(),
        form: line.r#type.form(),
        called: |role, form| Word::of(role, form).text(),
        text: line.text.into(),
        name: line.name.flatten(),
        description: line.description.flatten(),
        entities: line.entities.map(Value::Array),
        metadata: head.metadata,
        times: head.times,
    })))
}
