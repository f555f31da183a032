//! Following between members, and the lists of members that belong to it.

use crate::member::MemberRef;
use crate::time::Timestamp;

/// Maximum number of members that one member may follow.
pub const MAX_FOLLOWED_MEMBERS: i64 = 10_000;

/// Position in the list of followed members, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowCursor {
    /// Time at which the member at this position was followed.
    pub followed_at: Timestamp,
    /// Number of that member.
    pub followee: i64,
}

/// Followed member.
#[derive(Debug, Clone)]
pub struct FollowedMember {
    /// Member.
    pub member: MemberRef,
    /// URL of a picture.
    pub photo: Option<String>,
    /// Position in the list.
    pub cursor: FollowCursor,
}

/// Member in a discovery list or a search result.
#[derive(Debug, Clone)]
pub struct DiscoveredMember {
    /// Member.
    pub member: MemberRef,
    /// URL of a picture.
    pub photo: Option<String>,
    /// Whether the acting member follows it.
    pub is_followed: bool,
}
