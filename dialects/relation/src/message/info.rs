//! The wire form of a message.

use serde::Serialize;
use utoipa::ToSchema;

/// The type of a message without a subtype.
pub(crate) const TEXT_TYPE: &str = "TEXT";
/// The type of a system event.
pub(super) const SYSTEM_TYPE: &str = "SYS";
/// The sender of a system event.
pub(super) const SYSTEM_SENDER: &str = "00000000000000000000000000000000";

/// A message of a channel. The vendor's page api/message/list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageInfo {
    /// Digits, a text that a program must not read as a number: a message's own number, which counts from 1 in the server
    /// and rises in the order of sending, so that it may have one digit; 19 of them for what the system tells.
    pub(super) id: String,
    /// The sender's own id of it, or one made by the server.
    pub(super) send_uuid: String,
    /// 32 hex digits.
    pub(super) channel_uuid: String,
    /// Milliseconds since 1970, in digits. Those that a list shows of one channel all differ: messages of one
    /// millisecond are spread over those before it.
    pub(super) create_at: String,
    /// `TEXT`, `SYS`, `ANNOUNCEMENT` or the sender's own word.
    pub(super) r#type: String,
    /// The sender's relationId; 32 zeros for the system.
    pub(super) from: String,
    /// `null` for the system.
    #[schema(required = true)]
    pub(super) from_name: Option<String>,
    /// Address of a picture, or empty; `null` for the system.
    #[schema(required = true)]
    pub(super) from_avatar: Option<String>,
    pub(super) content: String,
    /// The message it quotes, without what that one quotes; `null` where it is gone.
    #[schema(required = true, no_recursion)]
    pub(super) quote: Option<Box<MessageInfo>>,
}

impl MessageInfo {
    /// Replaces the time by the one that lists show, in Unix milliseconds.
    pub(crate) fn with_create_at(self, millis: i64) -> Self {
        Self {
            create_at: millis.to_string(),
            ..self
        }
    }
}
