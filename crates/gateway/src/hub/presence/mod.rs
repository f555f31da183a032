//! Presence of members in conversations: state of all nodes, and the connections of this one.

mod conversation;
mod guard;
mod tracker;

pub use conversation::PresenceChange;
pub use guard::PresenceGuard;
pub(super) use guard::run_presence;
pub(super) use tracker::PresenceTracker;
