//! What a client asks for on a socket of many conversations: what it may ask for on a chat's, and which one it means.

use parlor_kit::ids;
use parlor_model::id::ConversationId;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::frames::client::{ClientFrame, FrameError};

/// A frame of the client's.
pub(super) struct LiveClientFrame {
    pub(super) frame: ClientFrame,
    pub(super) target: FrameTarget,
}

/// Which conversation is meant, or which ones; and where a list is taken up.
#[derive(Debug, Default)]
pub(super) struct FrameTarget {
    pub(super) single: ConversationTarget,
    pub(super) conversations: Option<Vec<ConversationTarget>>,
    pub(super) position: Option<String>,
}

/// The fields of [`FrameTarget`] that stand beside those of one conversation. They are read apart: where one struct is flattened
/// into another, nobody knows any more which field has the wrong type.
#[derive(Deserialize)]
struct TargetFields {
    conversations: Option<Vec<ConversationTarget>>,
    position: Option<String>,
}

/// One conversation, and where its log is taken up.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct ConversationTarget {
    conversation: Option<String>,
    /// A number; anything else is told to be no position.
    pub(super) last_seq: Option<Value>,
    pub(super) epoch: Option<String>,
}

impl LiveClientFrame {
    pub(super) fn parse(text: &str) -> Result<Self, FrameError> {
        let object: Map<String, Value> = ClientFrame::parse_object(text)?;
        let asked = ClientFrame::from_object(object.clone())?;
        let one = ClientFrame::parse_fields(object.clone())?;
        let TargetFields {
            conversations,
            position,
        } = ClientFrame::parse_fields(object)?;
        Ok(Self {
            frame: asked,
            target: FrameTarget {
                single: one,
                conversations,
                position,
            },
        })
    }
}

impl ConversationTarget {
    /// The id; nothing where none is named, or what is no id.
    pub(super) fn conversation_id(&self) -> Option<ConversationId> {
        ids::parse_uuid(self.conversation.as_deref()?)
    }
}
