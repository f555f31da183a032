//! State of one connection in the scheduler.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::Scopes;

use crate::timeouts::ConnectionTimeouts;

// Bits of `HeartbeatEntry::pending_events`.
pub(super) const PING: u8 = 1;
pub(super) const REAUTHORIZE: u8 = 2;
pub(super) const PONG_TIMEOUT: u8 = 4;
pub(super) const STOP: u8 = 8;

/// State of one connection in the scheduler.
pub(super) struct HeartbeatEntry {
    /// Number of the workspace.
    pub(super) ws: i64,
    pub(super) pending_events: AtomicU8,
    pub(super) waker: AtomicWaker,
    /// Times in milliseconds since the scheduler started: last input of the client, next ping, next re-authorization.
    pub(super) last_activity: AtomicU64,
    pub(super) next_ping: AtomicU64,
    pub(super) next_reauthorize: AtomicU64,
    /// Key that is validated for all its connections, with the scopes it had when this one opened.
    pub(super) key: Option<(WorkspaceRef, ApiKeyId, Scopes)>,
}

impl HeartbeatEntry {
    /// Returns the milliseconds between two re-authorizations of this connection, besides those after changes on this
    /// node. Validation of the key does not cover the member behind it, which another node may have changed.
    pub(super) fn reauthorize_interval_millis(
        &self,
        timeouts: ConnectionTimeouts,
        has_peers: bool,
    ) -> u64 {
        let times = if self.key.is_some() && !has_peers {
            6
        } else {
            1
        };
        millis(timeouts.reauthorize_interval * times)
    }

    /// Sets an event bit and wakes the connection's task.
    pub(super) fn wake(&self, event: u8) {
        self.pending_events.fetch_or(event, Ordering::SeqCst);
        self.waker.wake();
    }
}

/// Returns a duration in whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
