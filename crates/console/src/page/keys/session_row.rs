//! A session of the visitor in the list.

use parlor_kit::time;
use parlor_model::console::ConsoleSession;
use parlor_model::id::ConsoleSessionId;

/// A session in the list.
pub(super) struct SessionRow {
    pub(super) created_at: String,
    pub(super) used_at: String,
    pub(super) expires_at: String,
    /// Whether it is the session of this visit.
    pub(super) is_current: bool,
}

impl SessionRow {
    pub(super) fn new(session: &ConsoleSession, current: ConsoleSessionId) -> Self {
        Self {
            created_at: time::format_iso(session.created_at),
            used_at: time::format_iso(session.used_at),
            expires_at: time::format_iso(session.expires_at),
            is_current: session.id == current,
        }
    }
}
