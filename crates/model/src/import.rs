//! Import of rows from a backup with their original ids and timestamps.

use crate::bot_config::BotConfig;
use crate::id::{ConversationId, MemberId, MessageId, SpaceId};
use crate::member::Profile;
use crate::message::MessageRole;
use crate::metadata::Metadata;
use crate::redacted::Redacted;
use crate::time::Timestamp;

/// Timestamps of an imported row, as far as the backup has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportTimestamps {
    /// Creation time; if absent, a new row takes the time of its id.
    pub created_at: Option<Timestamp>,
    /// Time of the last change; if absent, a new row takes its creation time and an existing row the current time.
    pub updated_at: Option<Timestamp>,
}

/// Imported contact.
#[derive(Debug, Clone)]
pub struct ImportContact {
    /// Public id.
    pub id: MemberId,
    /// Fingerprint that identifies the contact.
    pub fingerprint: Option<String>,
    /// Profile texts; the picture is not imported.
    pub profile: Profile,
    /// Time at which an address was verified.
    pub verified_at: Option<Timestamp>,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Timestamps from the backup.
    pub times: ImportTimestamps,
}

/// Imported space.
#[derive(Debug, Clone)]
pub struct ImportSpace {
    /// Public id.
    pub id: SpaceId,
    /// Display name.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Associated contact; must exist.
    pub contact: Option<MemberId>,
    /// Alias, unique in the workspace.
    pub alias: Option<String>,
    /// External blueprint id.
    pub blueprint: Option<String>,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Timestamps from the backup.
    pub times: ImportTimestamps,
}

/// Imported conversation.
#[derive(Debug, Clone)]
pub struct ImportConversation {
    /// Public id.
    pub id: ConversationId,
    /// Title.
    pub title: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Space that contains the conversation; must exist.
    pub space: Option<SpaceId>,
    /// Subject, a contact that must exist.
    pub contact: Option<MemberId>,
    /// Language model for text turns.
    pub model: Option<String>,
    /// Bot configuration.
    pub responder: BotConfig,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Timestamps from the backup.
    pub times: ImportTimestamps,
}

/// Imported message.
#[derive(Debug, Clone)]
pub struct ImportMessage {
    /// Public id.
    pub id: MessageId,
    /// Conversation that contains the message; must exist.
    pub conversation: ConversationId,
    /// Role of the author.
    pub role: MessageRole,
    /// Dialect-specific subtype of the role.
    pub subtype: Option<String>,
    /// Maps role and subtype to the backup format's type name. A stored message whose type name equals that of the
    /// imported one keeps its role and subtype.
    pub type_name: fn(MessageRole, Option<&str>) -> &'static str,
    /// Message text.
    pub text: Redacted<String>,
    /// Display name of the author.
    pub name: Option<String>,
    /// Description of the message.
    pub description: Option<String>,
    /// Annotated spans of the text (entities).
    pub entities: Option<serde_json::Value>,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Timestamps from the backup.
    pub times: ImportTimestamps,
}

/// One imported row.
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
