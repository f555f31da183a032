//! Ratings of messages and votes on conversations: one of each per member.

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

/// Vote of one member on a conversation.
#[derive(Debug, Clone)]
pub struct ConversationVote {
    /// Id.
    pub id: RatingId,
    /// Value: 1 to 100 if good, -100 to -1 if bad.
    pub value: i64,
    /// Reason, at most 4,096 characters.
    pub reason: Option<Redacted<String>>,
    /// Voting member; `None` for unbound keys.
    pub member: Option<MemberRef>,
    /// Time at which it was given or last changed.
    pub voted_at: Timestamp,
}
