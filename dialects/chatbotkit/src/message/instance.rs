//! A message in responses, lists and exports.

use std::borrow::Cow;

use parlor_model::id::{ConversationId, MessageId, kind};
use parlor_model::scan::MessageRow;
use utoipa::ToSchema;

use super::activity::{activity_of, with_activity};
use super::message_type::MessageType;
use crate::body;
use crate::encode::{CsvRowWriter, JsonObjectWriter, ListRow};
use crate::ids::{CONVERSATION_PREFIX, MESSAGE_PREFIX};

/// A message. What is unset is left out.
#[derive(ToSchema)]
#[schema(as = Message, rename_all = "camelCase")]
#[expect(dead_code, reason = "the document's view of what is written below")]
pub(super) struct MessageInstance {
    /// Its id.
    id: String,
    /// What it is.
    r#type: MessageType,
    /// What was said.
    text: String,
    /// The speaker's name.
    #[schema(nullable = false)]
    name: Option<String>,
    /// A text about it.
    #[schema(nullable = false)]
    description: Option<String>,
    /// Spans of the text with a meaning, as they were given; not among the cells of an export.
    #[schema(value_type = Option<Vec<serde_json::Value>>, nullable = false)]
    entities: Option<Vec<serde_json::Value>>,
    /// Free JSON. `activity` is what an assistant did: the function that it asked for, or that and its result.
    #[schema(value_type = Object)]
    meta: serde_json::Value,
    /// When it was made.
    #[schema(schema_with = body::time_schema)]
    created_at: String,
    /// When it was last edited.
    #[schema(schema_with = body::time_schema)]
    updated_at: String,
}

/// A page of messages.
#[derive(ToSchema)]
#[schema(as = MessagePage)]
#[expect(dead_code, reason = "the document's view of what the listing writes")]
pub(super) struct MessageListResponse {
    /// The messages.
    items: Vec<MessageInstance>,
    /// Goes into the next request; empty when there is nothing on this page.
    cursor: String,
}

/// A message as a row of a list. Has its conversation's id in exports of many conversations.
pub(crate) struct MessageListRow<'r> {
    pub(crate) row: &'r MessageRow<'r>,
    pub(crate) conversation: Option<ConversationId>,
}

impl MessageListRow<'_> {
    fn metadata(&self) -> Cow<'_, str> {
        let row = self.row;
        let activity = activity_of(row.tool_calls.as_ref(), row.tool_result.as_ref(), row.text);
        match activity {
            Some(activity) => Cow::Owned(with_activity(row.metadata, activity)),
            None => Cow::Borrowed(row.metadata),
        }
    }
}

impl ListRow for MessageListRow<'_> {
    type Kind = kind::Message;
    const PREFIX: &'static str = MESSAGE_PREFIX;
    const COLUMNS: &'static str = "id,type,text,name,description,createdAt,updatedAt,meta";

    fn id(&self) -> MessageId {
        self.row.id
    }

    fn write_fields(&self, object: &mut JsonObjectWriter<'_>) {
        let row = self.row;
        object
            .id("conversationId", CONVERSATION_PREFIX, self.conversation)
            .text(
                "type",
                Some(MessageType::from_role(row.role, row.subtype).as_str()),
            )
            .text("text", Some(row.text))
            .text("name", row.name.as_deref())
            .text("description", row.description.as_deref());
        if let Some(entities) = &row.entities {
            object.json("entities", entities);
        }
        object
            .json("meta", &self.metadata())
            .time("createdAt", Some(row.created_at))
            .time("updatedAt", Some(row.updated_at));
    }

    fn write_cells(&self, cells: &mut CsvRowWriter<'_>) {
        let row = self.row;
        cells
            .text(Some(MessageType::from_role(row.role, row.subtype).as_str()))
            .text(Some(row.text))
            .text(row.name.as_deref())
            .text(row.description.as_deref())
            .time(Some(row.created_at))
            .time(Some(row.updated_at))
            .yaml(&self.metadata());
    }
}
