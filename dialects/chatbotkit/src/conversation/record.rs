//! A conversation as it is answered.

use parlor_model::conversation::Conversation;
use parlor_model::id::MemberId;
use utoipa::ToSchema;

use crate::ids::{CONTACT, CONVERSATION, SPACE};
use crate::pen::Pen;

/// A conversation. What is unset is left out.
#[derive(ToSchema)]
#[schema(as = Conversation)]
#[expect(dead_code, reason = "the document's view of what is written below")]
pub(crate) struct Record {
    /// Its id.
    id: String,
    /// What it is called.
    name: Option<String>,
    /// The space it is in.
    #[schema(rename = "spaceId")]
    space_id: Option<String>,
    /// Whom it is with.
    #[schema(rename = "contactId")]
    contact_id: Option<String>,
    /// Free JSON.
    #[schema(value_type = Object)]
    meta: serde_json::Value,
    /// When it was made: ISO 8601 with milliseconds.
    #[schema(rename = "createdAt")]
    created_at: String,
    /// When it last changed.
    #[schema(rename = "updatedAt")]
    updated_at: String,
}

/// Writes a conversation; `contact` is its subject, where that is a contact.
pub(super) fn write(pen: &mut Pen, conversation: &Conversation, contact: Option<MemberId>) {
    pen.object(CONVERSATION, conversation.id)
        .text("name", conversation.title.as_deref())
        .id("spaceId", SPACE, conversation.space)
        .id("contactId", CONTACT, contact)
        .json("meta", &conversation.metadata.to_text())
        .time("createdAt", Some(conversation.created_at))
        .time("updatedAt", Some(conversation.updated_at))
        .end();
}
