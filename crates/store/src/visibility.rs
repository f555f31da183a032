//! What a list shows a caller: decided by the engine, applied by every statement that reads many conversations.

/// Which conversations of a workspace a caller may see in lists, searches and exports. Numbers are those of members and
/// roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visibility {
    /// The member whose direct conversations are shown; nobody's are without one.
    pub viewer: Option<i64>,
    /// Only conversations that this member takes part in.
    pub involving: Option<i64>,
    /// Not those that this member has left or was removed from.
    pub departed: Option<i64>,
    /// Of the threads only those that are bound to this role; 0 is nobody's. None hides no thread.
    pub thread_role: Option<i64>,
}

/// What the list of a space, or of threads, leaves out. Numbers are those of members and roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpaceView {
    /// As [`Visibility::gate`].
    pub gate: Option<i64>,
    /// As [`Visibility::departed`].
    pub departed: Option<i64>,
}

/// Whose own list of conversations is read, and what of it the credential shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnListScope {
    /// The member's number.
    pub member: i64,
    /// Direct conversations too.
    pub includes_direct: bool,
    /// As [`Visibility::thread_role`].
    pub thread_role: Option<i64>,
}
