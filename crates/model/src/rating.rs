//! What readers think of messages: one opinion per message and member.

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
