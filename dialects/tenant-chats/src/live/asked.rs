//! What a client asks for on a socket of many conversations: what it may ask for on a chat's, and which one it means.

use parlor_kit::ids;
use parlor_model::id::ConversationId;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::socket::asked::{Asked, Mistake};

/// A frame of the client's.
pub(super) struct Wish {
    pub(super) asked: Asked,
    pub(super) about: About,
}

/// Which conversation is meant, or which ones; and where a list is taken up.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) one: Wanted,
    pub(super) conversations: Option<Vec<Wanted>>,
    pub(super) position: Option<String>,
}

/// The fields of [`About`] that stand beside those of one conversation. They are read apart: where one struct is flattened
/// into another, nobody knows any more which field has the wrong type.
#[derive(Deserialize)]
struct Beside {
    conversations: Option<Vec<Wanted>>,
    position: Option<String>,
}

/// One conversation, and where its log is taken up.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Wanted {
    conversation: Option<String>,
    /// A number; anything else is told to be no position.
    pub(super) last_seq: Option<Value>,
    pub(super) epoch: Option<String>,
}

impl Wish {
    pub(super) fn read(text: &str) -> Result<Self, Mistake> {
        let object: Map<String, Value> = Asked::object(text)?;
        let asked = Asked::of(object.clone())?;
        let one = Asked::fields(object.clone())?;
        let Beside {
            conversations,
            position,
        } = Asked::fields(object)?;
        Ok(Self {
            asked,
            about: About {
                one,
                conversations,
                position,
            },
        })
    }
}

impl Wanted {
    /// The id; nothing where none is named, or what is no id.
    pub(super) fn id(&self) -> Option<ConversationId> {
        ids::parse_dashed(self.conversation.as_deref()?)
    }
}
