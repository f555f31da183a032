//! Conversations and messages as walks over many of them hand them over: borrowed from the store while they are read.

use crate::bot_config::BotConfig;
use crate::id::{ConversationId, MemberId, MessageId, SpaceId};
use crate::keyset::MetadataFilter;
use crate::message::MessageRole;
use crate::time::Timestamp;

/// A conversation of a walk.
#[derive(Debug, Clone)]
pub struct ConversationRow<'a> {
    /// Its id.
    pub id: ConversationId,
    /// Its title.
    pub title: Option<&'a str>,
    /// A text about it.
    pub description: Option<&'a str>,
    /// The space it is in.
    pub space: Option<SpaceId>,
    /// Whom it is for, where that is a contact.
    pub contact: Option<MemberId>,
    /// Model for text turns.
    pub model: Option<&'a str>,
    /// Who answers.
    pub responder: BotConfig,
    /// Metadata as compact JSON.
    pub metadata: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed, messages included.
    pub updated_at: Timestamp,
}

/// A message of a walk.
#[derive(Debug, Clone)]
pub struct MessageRow<'a> {
    /// Its id.
    pub id: MessageId,
    /// Its position in the log.
    pub seq: i64,
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word of the writer's dialect.
    pub subtype: Option<&'a str>,
    /// What was said.
    pub text: &'a str,
    /// The speaker's name, where it is not a member's.
    pub name: Option<String>,
    /// A text about the message.
    pub description: Option<String>,
    /// Spans of the text with a meaning, as compact JSON.
    pub entities: Option<String>,
    /// Metadata as compact JSON.
    pub metadata: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last edited, or made.
    pub updated_at: Timestamp,
}

/// Which conversations a walk shows. Direct ones are shown to their participants only.
#[derive(Debug, Clone, Default)]
pub struct ConversationScanFilter {
    /// Only those for any of these contacts; empty means no restriction.
    pub contacts: Vec<MemberId>,
    /// Only those in any of these spaces; empty means no restriction.
    pub spaces: Vec<SpaceId>,
    /// Only those that this bot answers.
    pub bot: Option<String>,
    /// Only those for this task.
    pub task: Option<String>,
    /// Only those whose metadata equals every one of these.
    pub metadata: Vec<MetadataFilter>,
    /// No direct conversation at all.
    pub without_direct: bool,
}
