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
    /// Who speaks, in the terms of a talk with an assistant.
    MessageRole {
        /// A person.
        User = "user",
        /// A program that answers.
        Assistant = "assistant",
        /// Instructions.
        System = "system",
        /// What a tool returned.
        Tool = "tool",
        /// Background that is neither said nor counted.
        Context = "context",
    }
}

impl MessageRole {
    /// Whether such a message counts as said: in unread counts and totals.
    pub const fn is_conversational(self) -> bool {
        matches!(self, Self::User | Self::Assistant)
    }
}

/// How a caller names a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKey {
    /// By id.
    Id(MessageId),
    /// By number.
    Number(i64),
}

/// A message whole.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: MessageId,
    /// The conversation it is in.
    pub conversation: ConversationId,
    /// Its position in the log.
    pub seq: i64,
    /// Who wrote it, where known.
    pub author: Option<MemberRef>,
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word of the writer's dialect, such as `backstory` or `CARD`.
    pub subtype: Option<String>,
    /// What was said.
    pub text: Redacted<String>,
    /// What it holds beyond its text.
    pub details: MessageDetails,
    /// Free JSON of its writer.
    pub metadata: Metadata,
    /// The newest opinion of a reader; all of them are [`crate::rating::MessageRating`]s.
    pub rating: Option<Rating>,
    /// And why.
    pub rating_comment: Option<Redacted<String>>,
    /// The id the client chose to make the send repeatable.
    pub client_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last edited, or made.
    pub updated_at: Timestamp,
}

/// What to say.
#[derive(Debug, Clone)]
pub struct CreateMessage {
    /// Where.
    pub conversation: ConversationKey,
    /// By whom, as a member number; nobody when a key acts for nobody.
    pub author: Option<i64>,
    /// Who speaks.
    pub role: MessageRole,
    /// A finer word of the writer's dialect.
    pub subtype: Option<String>,
    /// What is said: 1 to 65,536 characters; may be empty where tools are called or a tool answers.
    pub text: Redacted<String>,
    /// What it holds beyond its text.
    pub details: MessageDetails,
    /// Free JSON.
    pub metadata: Metadata,
    /// The members it mentions, by number; those who do not take part are passed over.
    pub mentions: Vec<i64>,
    /// The id the client chose for the message itself. The same id again in the same conversation is a repeat; one
    /// that is taken elsewhere is refused.
    pub id: Option<MessageId>,
    /// Makes the send repeatable: unique per conversation and author.
    pub client_id: Option<String>,
    /// Only for an acting member that takes part, whatever else it may do.
    pub participant_only: bool,
}

impl CreateMessage {
    /// A plain message.
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
        }
    }
}

/// What to change of a message. `None` keeps.
#[derive(Debug, Clone, Default)]
pub struct UpdateMessage {
    /// New text.
    pub text: Option<Redacted<String>>,
    /// New form.
    pub subtype: Option<String>,
    /// Merged into the metadata at the top level.
    pub metadata: Option<Metadata>,
    /// Clears the metadata before anything is merged into it.
    pub clears_metadata: bool,
    /// Replaces the details whole.
    pub details: Option<MessageDetails>,
    /// Changes to single parts of the details.
    pub details_patch: UpdateMessageDetails,
    /// New name of the speaker, among the details.
    pub name: Option<Option<String>>,
    /// New text about it, among the details.
    pub description: Option<Option<String>>,
    /// New spans of the text with a meaning, among the details.
    pub entities: Option<Option<serde_json::Value>>,
    /// Somebody else speaks.
    pub role: Option<MessageRole>,
}

/// A page of a conversation's messages.
#[derive(Debug, Clone)]
pub struct MessagePage {
    /// The rows.
    pub items: Vec<Message>,
    /// How many messages of the asked kinds the conversation has.
    pub total: i64,
    /// It ended at its bytes, and there are more behind it.
    pub is_truncated: bool,
}

/// Which messages to read, by position or by offset.
#[derive(Debug, Clone, Copy)]
pub struct MessageQuery {
    /// Positions strictly after this.
    pub after_seq: i64,
    /// Positions strictly before this.
    pub before_seq: i64,
    /// Rows to pass over.
    pub offset: i64,
    /// Rows at the most.
    pub limit: i64,
    /// Direction.
    pub order: crate::keyset::SortOrder,
    /// Only what was said by people and assistants.
    pub conversational_only: bool,
    /// With the message that reaches so many bytes the page ends.
    pub max_bytes: i64,
}

/// Bytes of texts, metadata and details with which a page of messages ends early: it holds at most this and one message.
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

/// How many messages a conversation has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageCounts {
    /// Said by people.
    pub user: i64,
    /// Said by assistants.
    pub assistant: i64,
}

impl MessageCounts {
    /// All that was said.
    pub const fn total(self) -> i64 {
        self.user + self.assistant
    }
}
