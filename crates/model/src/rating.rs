//! What readers think of messages and of conversations: one opinion of each per member.

use crate::id::RatingId;
use crate::member::MemberRef;
use crate::redacted::Redacted;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// What a reader thought of an answer.
    Rating {
        /// Good.
        Up = "up",
        /// Bad.
        Down = "down",
    }
}

/// One reader's opinion of a message.
#[derive(Debug, Clone)]
pub struct MessageRating {
    /// Its id.
    pub id: RatingId,
    /// The number of the message.
    pub message: i64,
    /// Whose opinion it is; none for a credential that acts for no member, and for opinions older than this record.
    pub member: Option<MemberRef>,
    /// Good or bad.
    pub rating: Rating,
    /// Why, at most 4,096 characters.
    pub comment: Option<Redacted<String>>,
    /// When it was given or last changed.
    pub rated_at: Timestamp,
}

/// What to think of a message. The caller's earlier opinion of it is replaced.
#[derive(Debug, Clone, Default)]
pub struct RateMessage {
    /// Good, bad, or nothing any more.
    pub rating: Option<Rating>,
    /// Why.
    pub comment: Option<Redacted<String>>,
}

/// One reader's vote on a conversation.
#[derive(Debug, Clone)]
pub struct ConversationVote {
    /// Its id.
    pub id: RatingId,
    /// How good: from 1 to 100, or how bad: from -100 to -1.
    pub value: i64,
    /// Why, at most 4,096 characters.
    pub reason: Option<Redacted<String>>,
    /// Whose vote it is; none for credentials that act for no member.
    pub member: Option<MemberRef>,
    /// When it was given or last changed.
    pub voted_at: Timestamp,
}
