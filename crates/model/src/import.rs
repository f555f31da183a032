//! Rows that come back from a backup: they keep the ids and the times they had.

use crate::bot_config::BotConfig;
use crate::id::{ConversationId, MemberId, MessageId, SpaceId};
use crate::member::Profile;
use crate::message::MessageRole;
use crate::metadata::Metadata;
use crate::redacted::Redacted;
use crate::time::Timestamp;

/// When a row was made and last changed, as far as the backup says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportTimestamps {
    /// When it was made; where it is not said, a new row was made when its id was.
    pub created_at: Option<Timestamp>,
    /// When it last changed; where it is not said, a new row has not changed and another changes now.
    pub updated_at: Option<Timestamp>,
}

/// A contact as it was.
#[derive(Debug, Clone)]
pub struct ImportContact {
    /// Its id.
    pub id: MemberId,
    /// What identifies it.
    pub fingerprint: Option<String>,
    /// Its texts; a picture is none of them.
    pub profile: Profile,
    /// When an address was verified.
    pub verified_at: Option<Timestamp>,
    /// Free JSON.
    pub metadata: Metadata,
    /// Its times.
    pub times: ImportTimestamps,
}

/// A space as it was.
#[derive(Debug, Clone)]
pub struct ImportSpace {
    /// Its id.
    pub id: SpaceId,
    /// What it is called.
    pub name: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// The contact it is associated with, which must exist.
    pub contact: Option<MemberId>,
    /// A name unique in the workspace.
    pub alias: Option<String>,
    /// An outside blueprint's id.
    pub blueprint: Option<String>,
    /// Free JSON.
    pub metadata: Metadata,
    /// Its times.
    pub times: ImportTimestamps,
}

/// A conversation as it was.
#[derive(Debug, Clone)]
pub struct ImportConversation {
    /// Its id.
    pub id: ConversationId,
    /// Its title.
    pub title: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// The space it is in, which must exist.
    pub space: Option<SpaceId>,
    /// Whom it is for, a contact that must exist.
    pub contact: Option<MemberId>,
    /// Model for text turns.
    pub model: Option<String>,
    /// Who answers.
    pub responder: BotConfig,
    /// Free JSON.
    pub metadata: Metadata,
    /// Its times.
    pub times: ImportTimestamps,
}

/// A message as it was.
#[derive(Debug, Clone)]
pub struct ImportMessage {
    /// Its id.
    pub id: MessageId,
    /// The conversation it is in, which must exist.
    pub conversation: ConversationId,
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word.
    pub subtype: Option<String>,
    /// How the backup's vocabulary calls a message of a role and a form: a stored one that it calls the same as this
    /// one keeps what it is.
    pub type_name: fn(MessageRole, Option<&str>) -> &'static str,
    /// What was said.
    pub text: Redacted<String>,
    /// The speaker's name.
    pub name: Option<String>,
    /// A text about the message.
    pub description: Option<String>,
    /// Spans of the text with a meaning.
    pub entities: Option<serde_json::Value>,
    /// Free JSON.
    pub metadata: Metadata,
    /// Its times.
    pub times: ImportTimestamps,
}

/// One of them.
#[derive(Debug, Clone)]
pub enum ImportRecord {
    /// A contact.
    Contact(Box<ImportContact>),
    /// A space.
    Space(Box<ImportSpace>),
    /// A conversation.
    Conversation(Box<ImportConversation>),
    /// A message.
    Message(Box<ImportMessage>),
}
