//! Messages.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod sender;

use parlor_kit::ids::format_uuid;
use parlor_kit::time;
use parlor_model::message::Message;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::ids;

/// What a user or an assistant said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatMessage)]
pub(crate) struct MessageResponse {
    /// A UUID.
    id: String,
    content: String,
    /// `user` or `assistant`.
    sender_role: &'static str,
    /// `image` or `file`; null where nothing is attached.
    media_type: Option<String>,
    /// Where what is attached can be had.
    media_url: Option<String>,
    created_at: String,
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// The position in the chat's log. Ascends; may skip numbers, which other changes of the chat took.
    seq: i64,
    /// The sender's `user_id`; null where nobody in particular spoke, or the user was deleted.
    sender_id: Option<String>,
    /// The id by which the sender made sending repeatable.
    client_message_id: Option<String>,
    /// `complete`: a message is stored when all of it has been said. `cancelled` or `failed`: as much as had been.
    status: &'static str,
}

impl MessageResponse {
    pub(crate) fn from_message(message: Message) -> Self {
        let (media_type, media_url) = match message.details.media {
            Some(media) => (Some(media.kind), media.url),
            None => (None, None),
        };
        Self {
            id: format_uuid(message.id),
            content: message.text.0,
            sender_role: message.role.as_str(),
            media_type,
            media_url,
            created_at: time::format_iso(message.created_at),
            metadata: message.metadata.into_map(),
            seq: message.seq,
            sender_id: message.author.as_ref().map(ids::format_user_id),
            client_message_id: message.client_id,
            status: match message.details.finish_reason.as_deref() {
                Some("cancelled") => "cancelled",
                Some("error") => "failed",
                _ => "complete",
            },
        }
    }
}
