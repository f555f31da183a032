//! A message as it comes over a socket.

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

/// What a list shows of it, and what a client needs to know before it rings.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LiveMessage<'m> {
    #[serde(flatten)]
    info: &'m MessageInfo,
    /// The member's own setting.
    mute: bool,
    channel_type: &'static str,
}

/// The frame of a message, for a member that has muted the channel or has not.
pub(super) fn encode_message(info: &MessageInfo, kind: ConversationKind, mute: bool) -> Utf8Bytes {
    let frame = MessageFrame {
        message: LiveMessage {
            info,
            mute,
            channel_type: channel_type(kind),
        },
    };
    // Only a map with keys that are not text could fail.
    serde_json::to_string(&frame).unwrap_or_default().into()
}
