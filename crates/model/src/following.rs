//! Who follows whom, and the lists of members that go with it.

use crate::member::MemberRef;
use crate::time::Timestamp;

/// Members that one member follows at the most.
pub const MAX_FOLLOWED_MEMBERS: i64 = 10_000;

/// A place in the list of those a member follows, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowCursor {
    /// When the member at the place was followed.
    pub followed_at: Timestamp,
    /// That member's number.
    pub followee: i64,
}

/// A member that another one follows.
#[derive(Debug, Clone)]
pub struct FollowedMember {
    /// The member.
    pub member: MemberRef,
    /// Address of a picture.
    pub photo: Option<String>,
    /// Its place in the list.
    pub cursor: FollowCursor,
}

/// A member that a list proposes or a search finds.
#[derive(Debug, Clone)]
pub struct DiscoveredMember {
    /// The member.
    pub member: MemberRef,
    /// Address of a picture.
    pub photo: Option<String>,
    /// The acting member follows it.
    pub is_followed: bool,
}
