//! Messages. A message is its own entry in the conversation's log.

use crate::conversation::ConversationKey;
use crate::id::{ConversationId, MessageId};
use crate::member::MemberRef;
use crate::message_details::{MessageDetails, UpdateMessageDetails};
use crate::metadata::Metadata;
use crate::rating::Rating;
use crate::redacted::Redacted;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// Role of a message's author, as in dialogues with an assistant.
    MessageRole {
        /// A person.
        User = "user",
        /// A program that answers.
        Assistant = "assistant",
        /// Instructions.
        System = "system",
        /// Result of a tool call.
        Tool = "tool",
        /// Background information that is not counted as a message.
        Context = "context",
    }
}

impl MessageRole {
    /// Returns whether such messages are conversational, that is, included in unread counts and totals.
    pub const fn is_conversational(self) -> bool {
        matches!(self, Self::User | Self::Assistant)
    }
}

/// Key by which a caller addresses a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKey {
    /// By id.
    Id(MessageId),
    /// By number.
    Number(i64),
}

/// Message with all its columns.
#[derive(Debug, Clone)]
pub struct Message {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: MessageId,
    /// Conversation that contains the message.
    pub conversation: ConversationId,
    /// `seq` in the conversation's log.
    pub seq: i64,
    /// Author, if known.
    pub author: Option<MemberRef>,
    /// Role of the author.
    pub role: MessageRole,
    /// Dialect-specific subtype, such as `backstory` or `CARD`.
    pub subtype: Option<String>,
    /// Message text.
    pub text: Redacted<String>,
    /// Structured parts beyond the text.
    pub details: MessageDetails,
    /// Free-form JSON of the author.
    pub metadata: Metadata,
    /// Newest rating of any reader; all ratings are [`crate::rating::MessageRating`]s.
    pub rating: Option<Rating>,
    /// Comment on that rating.
    pub rating_comment: Option<Redacted<String>>,
    /// Client-assigned id that makes the send idempotent.
    pub client_id: Option<String>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last edit, or of creation.
    pub updated_at: Timestamp,
}

/// Command that creates a message.
#[derive(Debug, Clone)]
pub struct CreateMessage {
    /// Conversation.
    pub conversation: ConversationKey,
    /// Author's member number; `None` for an unbound key.
    pub author: Option<i64>,
    /// Role of the author.
    pub role: MessageRole,
    /// Dialect-specific subtype of the role.
    pub subtype: Option<String>,
    /// Message text, 1 to 65,536 characters; may be empty if tools are called or the message is a tool result.
    pub text: Redacted<String>,
    /// Structured parts beyond the text.
    pub details: MessageDetails,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Numbers of the mentioned members; those that do not participate are ignored.
    pub mentions: Vec<i64>,
    /// Client-chosen message id. The same id in the same conversation is a repeat; an id used elsewhere is refused.
    pub id: Option<MessageId>,
    /// Client-assigned id that makes the send idempotent; unique per conversation and author.
    pub client_id: Option<String>,
    /// Requires that the acting member participates, regardless of its other permissions.
    pub participant_only: bool,
    /// The conversation's assistant answers, if it is switched on.
    pub requests_answer: bool,
}

impl CreateMessage {
    /// Creates a command for a plain text message.
    pub fn new(
        conversation: ConversationKey,
        author: Option<i64>,
        role: MessageRole,
        text: impl Into<String>,
    ) -> Self {
        Self {
            conversation,
            author,
            role,
            subtype: None,
            text: Redacted(text.into()),
            details: MessageDetails::default(),
            metadata: Metadata::default(),
            mentions: Vec::new(),
            id: None,
            client_id: None,
            participant_only: false,
            requests_answer: true,
        }
    }
}

/// Changes to a message. `None` keeps a field.
#[derive(Debug, Clone, Default)]
pub struct UpdateMessage {
    /// New text.
    pub text: Option<Redacted<String>>,
    /// New subtype.
    pub subtype: Option<String>,
    /// Merged into the metadata at the top level; null removes a key.
    pub metadata: Option<Metadata>,
    /// Clears the metadata before merging.
    pub clears_metadata: bool,
    /// Replaces the details.
    pub details: Option<MessageDetails>,
    /// Changes to single fields of the details.
    pub details_patch: UpdateMessageDetails,
    /// New display name of the author, in the details.
    pub name: Option<Option<String>>,
    /// New description, in the details.
    pub description: Option<Option<String>>,
    /// New entities, in the details.
    pub entities: Option<Option<serde_json::Value>>,
    /// New role.
    pub role: Option<MessageRole>,
}

/// Page of a conversation's messages.
#[derive(Debug, Clone)]
pub struct MessagePage {
    /// Messages.
    pub items: Vec<Message>,
    /// Total number of matching messages in the conversation.
    pub total: i64,
    /// The page ended at the byte limit; more messages follow.
    pub is_truncated: bool,
}

/// Query for messages by `seq` range and offset.
#[derive(Debug, Clone, Copy)]
pub struct MessageQuery {
    /// Only `seq`s strictly after this one.
    pub after_seq: i64,
    /// Only `seq`s strictly before this one.
    pub before_seq: i64,
    /// Number of rows to skip.
    pub offset: i64,
    /// Maximum number of rows.
    pub limit: i64,
    /// Direction.
    pub order: crate::keyset::SortOrder,
    /// Only user and assistant messages.
    pub conversational_only: bool,
    /// Byte limit; the page ends with the message that reaches it.
    pub max_bytes: i64,
}

/// Default byte limit of a page, counted over texts, metadata and details. A page exceeds it by at most one message.
pub const MAX_PAGE_BYTES: i64 = 1 << 20;

impl Default for MessageQuery {
    fn default() -> Self {
        Self {
            after_seq: 0,
            before_seq: i64::MAX,
            offset: 0,
            limit: 50,
            order: crate::keyset::SortOrder::Ascending,
            conversational_only: true,
            max_bytes: MAX_PAGE_BYTES,
        }
    }
}

/// Message counts of a conversation by role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageCounts {
    /// User messages.
    pub user: i64,
    /// Assistant messages.
    pub assistant: i64,
}

impl MessageCounts {
    /// Returns the number of conversational messages.
    pub const fn total(self) -> i64 {
        self.user + self.assistant
    }
}
