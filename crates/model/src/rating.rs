//! Ratings of messages: one per message and member.

use crate::id::RatingId;
use crate::member::MemberRef;
use crate::redacted::Redacted;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// Value of a rating.
    Rating {
        /// Positive.
        Up = "up",
        /// Negative.
        Down = "down",
    }
}

/// One reader's rating of a message.
#[derive(Debug, Clone)]
pub struct MessageRating {
    /// Public id.
    pub id: RatingId,
    /// Message number.
    pub message: i64,
    /// Rating member; `None` for an unbound key, and for ratings that predate this field.
    pub member: Option<MemberRef>,
    /// Value.
    pub rating: Rating,
    /// Comment, at most 4,096 characters.
    pub comment: Option<Redacted<String>>,
    /// Time of the rating or of its last change.
    pub rated_at: Timestamp,
}

/// Command that rates a message and replaces the caller's earlier rating.
#[derive(Debug, Clone, Default)]
pub struct RateMessage {
    /// Value; `None` removes the rating.
    pub rating: Option<Rating>,
    /// Comment.
    pub comment: Option<Redacted<String>>,
}
