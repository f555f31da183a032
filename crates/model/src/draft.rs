//! What somebody has begun to say and not finished: no part of the log yet.

use crate::conversation::ConversationKey;
use crate::id::MessageId;
use crate::message::MessageRole;
use crate::message_details::{MessageDetails, UpdateMessageDetails};
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// A draft whole.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The id its message will have.
    pub id: MessageId,
    /// The number of the conversation it is for.
    pub conversation: i64,
    /// By whom, as a member number.
    pub author: Option<i64>,
    /// Who speaks.
    pub role: MessageRole,
    /// What there is of it beyond a text.
    pub details: MessageDetails,
    /// Free JSON.
    pub metadata: Metadata,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What to keep as a draft, or of a message that was a draft.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// The id its message will have.
    pub id: MessageId,
    /// Where.
    pub conversation: ConversationKey,
    /// By whom, as a member number.
    pub author: Option<i64>,
    /// Who speaks.
    pub role: MessageRole,
    /// Changes to what there is of it beyond a text.
    pub details: UpdateMessageDetails,
    /// Merged into its free JSON at the top level. `None` keeps; `Some(None)` clears.
    pub metadata: Option<Option<Metadata>>,
}
