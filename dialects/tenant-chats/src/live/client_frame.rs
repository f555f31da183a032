//! Frames from the client on `/live`: those of a chat's socket, with their conversation.

use parlor_kit::ids;
use parlor_model::id::ConversationId;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::frames::client::{ClientFrame, FrameError};

/// A frame from the client.
pub(super) struct LiveClientFrame {
    pub(super) frame: ClientFrame,
    pub(super) target: FrameTarget,
}

/// The conversation or conversations of a frame, and the position at which a list resumes.
#[derive(Debug, Default)]
pub(super) struct FrameTarget {
    pub(super) single: ConversationTarget,
    pub(super) conversations: Option<Vec<ConversationTarget>>,
    pub(super) position: Option<String>,
}

/// The fields of [`FrameTarget`] besides those of a single conversation. They are deserialized apart: with
/// `#[serde(flatten)]`, errors would not name the field that has the wrong type.
#[derive(Deserialize)]
struct TargetFields {
    conversations: Option<Vec<ConversationTarget>>,
    position: Option<String>,
}

/// A conversation, and the position at which its log resumes.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct ConversationTarget {
    conversation: Option<String>,
    /// A seq; other values are reported as an invalid position.
    pub(super) last_seq: Option<Value>,
    pub(super) epoch: Option<String>,
}

impl LiveClientFrame {
    /// Parses a frame.
    ///
    /// # Errors
    /// `INVALID_JSON`.
    pub(super) fn parse(text: &str) -> Result<Self, FrameError> {
        let object: Map<String, Value> = ClientFrame::parse_object(text)?;
        let frame = ClientFrame::from_object(object.clone())?;
        let single = ClientFrame::parse_fields(object.clone())?;
        let TargetFields {
            conversations,
            position,
        } = ClientFrame::parse_fields(object)?;
        Ok(Self {
            frame,
            target: FrameTarget {
                single,
                conversations,
                position,
            },
        })
    }
}

impl ConversationTarget {
    /// Returns the conversation's id, or `None` if it is absent or invalid.
    pub(super) fn conversation_id(&self) -> Option<ConversationId> {
        ids::parse_uuid(self.conversation.as_deref()?)
    }
}
