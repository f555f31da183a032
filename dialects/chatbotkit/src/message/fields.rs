//! What callers may say of a message. After the vendor's manual on conversation messages.

use parlor_engine::conversation::FirstMessage;
use parlor_model::conversation::ConversationKey;
use parlor_model::details::Details;
use parlor_model::error::Kind;
use parlor_model::id::MessageId;
use parlor_model::message::{CreateMessage, UpdateMessage};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::word::Word;
use crate::body::{self, Field};
use crate::ids;

/// A new message. `id`, `createdAt`, `updatedAt` and unknown fields are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessageFields)]
pub(crate) struct New {
    /// What it is.
    r#type: Word,
    /// What is said.
    #[schema(min_length = 1, max_length = 65536)]
    text: String,
    /// The speaker's name.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// A text about it.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// Free JSON.
    #[serde(default, deserialize_with = "body::meta")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
    /// Spans of the text with a meaning; kept and returned with the message.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

/// What is to be changed of a message; everything is optional.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessagePatch)]
pub(crate) struct Patch {
    /// What it is now; null changes nothing.
    #[serde(default)]
    r#type: Option<Word>,
    /// What is said now; null changes nothing.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 65536)]
    text: Field,
    /// The speaker's name; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// A text about it; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// Merged at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::meta")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
    /// Spans of the text with a meaning, instead of those it has; null changes nothing.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

/// A message as the answer to making its conversation repeats it.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageEcho)]
pub(crate) struct Echo {
    /// Its id.
    id: String,
    /// What it is.
    r#type: Word,
    /// What was said.
    text: String,
}

/// The id of a message that was stored.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageStored)]
pub(crate) struct Stored {
    /// Its id.
    id: String,
    /// What was found in its text beyond what was given: nothing is looked for.
    #[schema(value_type = Vec<Object>)]
    entities: [Value; 0],
}

impl Stored {
    pub(crate) fn new(id: MessageId) -> Self {
        Self {
            id: ids::of_message(id),
            entities: [],
        }
    }
}

impl New {
    pub(super) fn word(&self) -> Word {
        self.r#type
    }

    pub(super) fn create(
        self,
        home: ConversationKey,
        author: Option<i64>,
    ) -> Result<CreateMessage> {
        let (role, form) = (self.r#type.role(), self.r#type.form());
        let details = self.details();
        Ok(CreateMessage {
            form,
            details,
            metadata: body::new_metadata(self.meta)?,
            ..CreateMessage::new(home, author, role, self.text)
        })
    }

    /// One of several messages that are stored together; refusals say which of the list of this name.
    pub(crate) fn first(&self, list: &str, place: usize) -> Result<FirstMessage> {
        let named = |error: Error| match error.kind() {
            Kind::Invalid { field, rule } => {
                Error::invalid(format!("{list}[{place}].{field}"), rule.clone())
            }
            _ => error,
        };
        if self.text.is_empty() {
            return Err(named(Error::invalid("text", "must not be empty")));
        }
        Ok(FirstMessage {
            role: self.r#type.role(),
            form: self.r#type.form(),
            text: self.text.clone().into(),
            details: self.details(),
            metadata: body::new_metadata(self.meta.clone()).map_err(named)?,
        })
    }

    pub(crate) fn echo(self, id: MessageId) -> Echo {
        Echo {
            id: ids::of_message(id),
            r#type: self.r#type,
            text: self.text,
        }
    }

    fn details(&self) -> Details {
        Details {
            name: self.name.clone().flatten(),
            description: self.description.clone().flatten(),
            entities: self.entities.clone().map(Value::Array),
            ..Details::default()
        }
    }
}

impl Patch {
    pub(super) fn update(self) -> Result<UpdateMessage> {
        Ok(UpdateMessage {
            text: self.text.flatten().map(Into::into),
            role: self.r#type.map(Word::role),
            form: self.r#type.and_then(Word::form),
            name: self.name,
            description: self.description,
            entities: self.entities.map(|spans| Some(Value::Array(spans))),
            metadata: self.meta.map(body::metadata).transpose()?,
            ..UpdateMessage::default()
        })
    }

    /// The same where the message is already what it shall be: its finer word of another vocabulary stays.
    pub(super) fn kept(mut self, word: Word) -> Self {
        self.r#type = self.r#type.filter(|new| *new != word);
        self
    }
}
