//! The frame of a new message.

use parlor_gateway::socket::Utf8Bytes;
use parlor_model::conversation::ConversationKind;
use serde::Serialize;

use crate::channel::view::channel_type;
use crate::message::info::MessageInfo;

#[derive(Serialize)]
struct MessageFrame<'m> {
    #[serde(rename = "im-message")]
    message: LiveMessage<'m>,
}

/// A message as in lists, and what a client needs for a notification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LiveMessage<'m> {
    #[serde(flatten)]
    info: &'m MessageInfo,
    /// The member's own setting.
    mute: bool,
    channel_type: &'static str,
}

/// Encodes the frame of a message. `mute` is the receiving member's setting of the channel.
pub(super) fn encode_message(info: &MessageInfo, kind: ConversationKind, mute: bool) -> Utf8Bytes {
    let frame = MessageFrame {
        message: LiveMessage {
            info,
            mute,
            channel_type: channel_type(kind),
        },
    };
    // Serialization fails only for maps with non-string keys.
    serde_json::to_string(&frame).unwrap_or_default().into()
}
