//! Visibility of conversations in lists: decided by the engine, applied by every statement that reads many
//! conversations.

/// Restricts which conversations of a workspace appear in lists, searches and exports. Members and roles are given by
/// number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visibility {
    /// Member whose direct conversations are visible; `None` hides all direct conversations.
    pub viewer: Option<i64>,
    /// Only conversations in which this member participates.
    pub involving: Option<i64>,
    /// Hides conversations that this member left or was removed from.
    pub departed: Option<i64>,
    /// Only threads bound to this role; 0 matches no role. `None` does not restrict threads.
    pub thread_role: Option<i64>,
}

/// Restricts the lists of a space and of threads. Members and roles are given by number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpaceView {
    /// See [`Visibility::thread_role`].
    pub gate: Option<i64>,
    /// See [`Visibility::departed`].
    pub departed: Option<i64>,
}

/// Member whose own list is read, and the restrictions of the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnListScope {
    /// Member number.
    pub member: i64,
    /// Whether direct conversations are included.
    pub includes_direct: bool,
    /// See [`Visibility::thread_role`].
    pub thread_role: Option<i64>,
}
