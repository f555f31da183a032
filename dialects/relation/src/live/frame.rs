//! A message as it comes over a socket.

use parlor_gateway::socket::Utf8Bytes;
use parlor_model::conversation::Kind;
use serde::Serialize;

use crate::channel::view::word;
use crate::message::info::MessageInfo;

#[derive(Serialize)]
struct Frame<'m> {
    #[serde(rename = "im-message")]
    message: Live<'m>,
}

/// What a list shows of it, and what a client needs to know before it rings.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Live<'m> {
    #[serde(flatten)]
    info: &'m MessageInfo,
    /// The member's own setting.
    mute: bool,
    channel_type: &'static str,
}

/// The frame of a message, for a member that has muted the channel or has not.
pub(super) fn text(info: &MessageInfo, kind: Kind, mute: bool) -> Utf8Bytes {
    let frame = Frame {
        message: Live {
            info,
            mute,
            channel_type: word(kind),
        },
    };
    // Only a map with keys that are not text could fail.
    serde_json::to_string(&frame).unwrap_or_default().into()
}
