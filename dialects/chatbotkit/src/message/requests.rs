//! Bodies of requests and responses about messages, after the vendor's manual on conversation messages.

use parlor_engine::message::InitialMessage;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::id::MessageId;
use parlor_model::message::{CreateMessage, UpdateMessage};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::message_type::MessageType;
use crate::body::{self, NullableText};
use crate::ids;

/// A new message. `id`, `createdAt`, `updatedAt` and unknown fields are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessageFields)]
pub(crate) struct MessageCreateRequest {
    /// What it is.
    r#type: MessageType,
    /// What is said.
    #[schema(min_length = 1, max_length = 65536)]
    text: String,
    /// The speaker's name.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    name: NullableText,
    /// A text about it.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    description: NullableText,
    /// Free JSON.
    #[serde(default, deserialize_with = "body::nullable_object")]
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
pub(super) struct MessageUpdateRequest {
    /// What it is now; null changes nothing.
    #[serde(default)]
    r#type: Option<MessageType>,
    /// What is said now; null changes nothing.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 65536)]
    text: NullableText,
    /// The speaker's name; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    name: NullableText,
    /// A text about it; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    description: NullableText,
    /// Merged at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::nullable_object")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
    /// Spans of the text with a meaning, instead of those it has; null changes nothing.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

/// A message as the answer to making its conversation repeats it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageEcho {
    /// Its id.
    id: String,
    /// What it is.
    r#type: MessageType,
    /// What was said.
    text: String,
}

/// The id of a message that was stored.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageStored)]
pub(crate) struct MessageCreateResponse {
    /// Its id.
    id: String,
    /// What was found in its text beyond what was given: nothing is looked for.
    #[schema(value_type = Vec<Object>)]
    entities: [Value; 0],
}

impl MessageCreateResponse {
    pub(crate) fn new(id: MessageId) -> Self {
        Self {
            id: ids::format_message_id(id),
            entities: [],
        }
    }
}

impl MessageCreateRequest {
    pub(super) fn message_type(&self) -> MessageType {
        self.r#type
    }

    /// Returns whether it is an activity without a text, as the vendor's hooks send when a page triggers a function: a
    /// model receives nothing of it.
    pub(crate) fn is_textless_activity(&self) -> bool {
        matches!(self.r#type, MessageType::Activity) && self.text.is_empty()
    }

    pub(super) fn into_create_command(
        self,
        conversation: ConversationKey,
        author: Option<i64>,
    ) -> Result<CreateMessage> {
        let (role, subtype) = (self.r#type.role(), self.r#type.subtype());
        let details = self.to_details();
        Ok(CreateMessage {
            subtype,
            details,
            metadata: body::parse_new_metadata(self.meta)?,
            // Only `complete` and `receive` ask for an answer.
            requests_answer: false,
            ..CreateMessage::new(conversation, author, role, self.text)
        })
    }

    /// Converts one of several messages that are stored together: the item `index` of the field `list`.
    ///
    /// # Errors
    /// `Invalid`, with the list and the index in the field's name.
    pub(crate) fn to_initial_message(&self, list: &str, index: usize) -> Result<InitialMessage> {
        let with_index = |error: Error| match error.kind() {
            ErrorKind::Invalid { field, rule } => {
                Error::invalid(format!("{list}[{index}].{field}"), rule.clone())
            }
            _ => error,
        };
        if self.text.is_empty() {
            return Err(with_index(Error::invalid("text", "must not be empty")));
        }
        Ok(InitialMessage {
            role: self.r#type.role(),
            subtype: self.r#type.subtype(),
            text: self.text.clone().into(),
            details: self.to_details(),
            metadata: body::parse_new_metadata(self.meta.clone()).map_err(with_index)?,
        })
    }

    pub(crate) fn into_echo(self, id: MessageId) -> MessageEcho {
        MessageEcho {
            id: ids::format_message_id(id),
            r#type: self.r#type,
            text: self.text,
        }
    }

    fn to_details(&self) -> MessageDetails {
        MessageDetails {
            name: self.name.clone().flatten(),
            description: self.description.clone().flatten(),
            entities: self.entities.clone().map(Value::Array),
            ..MessageDetails::default()
        }
    }
}

impl MessageUpdateRequest {
    pub(super) fn into_update_command(self) -> Result<UpdateMessage> {
        Ok(UpdateMessage {
            text: self.text.flatten().map(Into::into),
            role: self.r#type.map(MessageType::role),
            subtype: self.r#type.and_then(MessageType::subtype),
            name: self.name,
            description: self.description,
            entities: self.entities.map(|spans| Some(Value::Array(spans))),
            metadata: self.meta.map(body::parse_metadata).transpose()?,
            ..UpdateMessage::default()
        })
    }

    /// Removes the type if the message already has it, so that a subtype of another dialect is kept.
    pub(super) fn drop_unchanged_type(mut self, current: MessageType) -> Self {
        self.r#type = self.r#type.filter(|new| *new != current);
        self
    }
}
