//! Groups: the conversations of a space.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod pieces;
pub(crate) mod rename;

use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_model::conversation::{Conversation, Kind};
use parlor_model::space::SpaceConversation;
use serde::Serialize;
use utoipa::ToSchema;

/// What a group is called that nobody named.
pub(crate) const GENERAL: &str = "General";
/// What a thread without a title is called among groups.
const THREAD: &str = "Thread";

/// What a conversation is called among the groups of its space.
pub(crate) fn name(title: Option<String>, kind: Kind) -> String {
    title.unwrap_or_else(|| {
        match kind {
            Kind::Thread => THREAD,
            Kind::Group | Kind::Chat | Kind::Direct => GENERAL,
        }
        .to_owned()
    })
}

/// A group. Made after what `api-reference/spaces/get` shows of one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    id: String,
    name: String,
    /// `PUBLIC`, or `THREAD` for a talk with an agent.
    #[serde(rename = "type")]
    kind: Type,
    /// When somebody last said something in it.
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// What a group is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = GroupType)]
pub(crate) enum Type {
    Public,
    Thread,
    /// What the browser widget calls a group of its own.
    Space,
}

impl Type {
    pub(crate) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Thread => Self::Thread,
            Kind::Group | Kind::Chat | Kind::Direct => Self::Public,
        }
    }
}

impl From<Conversation> for Group {
    fn from(conversation: Conversation) -> Self {
        Self {
            id: dashed(conversation.id),
            name: name(conversation.title, conversation.kind),
            kind: Type::of(conversation.kind),
            last_message_at: conversation.last_message_at.map(iso),
            created_at: iso(conversation.created_at),
            updated_at: iso(conversation.updated_at),
        }
    }
}

impl From<SpaceConversation> for Group {
    fn from(conversation: SpaceConversation) -> Self {
        Self {
            id: dashed(conversation.id),
            name: name(conversation.title, conversation.kind),
            kind: Type::of(conversation.kind),
            last_message_at: conversation.last_message_at.map(iso),
            created_at: iso(conversation.created_at),
            updated_at: iso(conversation.updated_at),
        }
    }
}
