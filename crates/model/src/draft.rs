//! Message drafts: unfinished messages that are not yet part of the log.

use crate::conversation::ConversationKey;
use crate::id::MessageId;
use crate::message::MessageRole;
use crate::message_details::{MessageDetails, UpdateMessageDetails};
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// Draft of a message.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Id of the draft and of the message it becomes.
    pub id: MessageId,
    /// Conversation number.
    pub conversation: i64,
    /// Author's member number.
    pub author: Option<i64>,
    /// Role of the author.
    pub role: MessageRole,
    /// Structured parts; a draft has no text.
    pub details: MessageDetails,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Command that creates or updates a draft, or updates the message that a draft became.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// Id of the draft and of the message it becomes.
    pub id: MessageId,
    /// Conversation.
    pub conversation: ConversationKey,
    /// Author's member number.
    pub author: Option<i64>,
    /// Role of the author.
    pub role: MessageRole,
    /// Changes to the structured parts.
    pub details: UpdateMessageDetails,
    /// Merged into the metadata at the top level. `None` keeps it, `Some(None)` clears it.
    pub metadata: Option<Option<Metadata>>,
}
