//! Frames of the socket: JSON objects. Those of a browser have a field `do`, those of the server a field `kind`.

use parlor_gateway::socket::Utf8Bytes;
use parlor_kit::ids::format_uuid;
use parlor_model::id::ConversationId;
use serde::{Deserialize, Serialize};

use crate::page::conversation::ItemView;
use crate::page::start::CallView;

/// What a browser sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(super) enum ClientFrame {
    /// Is answered by a pong.
    Ping,
    /// Follows the calls of the workspace after a position.
    Calls {
        #[serde(default)]
        after: u64,
    },
    /// Follows that something is written in the workspace.
    Activity,
    /// Follows a conversation after a seq.
    Open { conversation: String, after: i64 },
}

/// First frame.
#[derive(Serialize)]
pub(super) struct WelcomeFrame<'a> {
    kind: &'static str,
    /// Epoch of the logs: positions of another one mean nothing.
    epoch: &'a str,
}

impl<'a> WelcomeFrame<'a> {
    pub(super) const fn new(epoch: &'a str) -> Self {
        Self {
            kind: "welcome",
            epoch,
        }
    }
}

/// Frame without content.
#[derive(Serialize)]
pub(super) struct PlainFrame {
    pub(super) kind: &'static str,
}

/// A call of the workspace.
#[derive(Serialize)]
pub(super) struct CallFrame {
    pub(super) kind: &'static str,
    #[serde(flatten)]
    pub(super) call: CallView,
}

/// A state of a followed conversation.
#[derive(Serialize)]
pub(super) struct ConversationFrame {
    kind: &'static str,
    conversation: String,
}

impl ConversationFrame {
    pub(super) fn new(kind: &'static str, id: ConversationId) -> Self {
        Self {
            kind,
            conversation: format_uuid(id),
        }
    }
}

/// An item of a followed conversation's log.
#[derive(Serialize)]
pub(super) struct ItemFrame {
    pub(super) kind: &'static str,
    pub(super) conversation: String,
    pub(super) item: ItemView,
}

/// A part of an answer that is being written.
#[derive(Serialize)]
pub(super) struct StreamFrame<'a> {
    pub(super) kind: &'static str,
    pub(super) conversation: String,
    pub(super) message: String,
    /// `start`, `delta` or `end`.
    pub(super) phase: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<String>,
    pub(super) text: &'a str,
    pub(super) index: u32,
}

/// Something was not done.
#[derive(Serialize)]
pub(super) struct ErrorFrame {
    pub(super) kind: &'static str,
    pub(super) sentence: String,
}

/// Serializes a frame.
pub(super) fn to_text(frame: &impl Serialize) -> Utf8Bytes {
    // Only maps with keys that are no text could fail; no frame has one.
    serde_json::to_string(frame).unwrap_or_default().into()
}
