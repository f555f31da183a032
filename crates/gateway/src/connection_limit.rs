//! Connection counts and limits per conversation, member, key and workspace.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::error::ErrorKind;
use parlor_model::id::ApiKeyId;
use parlor_model::{Error, Result};

/// `Retry-After` of a caller that holds its maximum of streams.
const STREAM_RETRY_DELAY: Duration = Duration::from_secs(30);

/// Number of open connections by limit key.
pub struct ConnectionRegistry(pub(crate) Mutex<HashMap<LimitKey, usize>>);

/// What a connection is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LimitKey {
    /// A conversation, by workspace and number.
    Conversation(i64, i64),
    /// A member, by workspace and number.
    Member(i64, i64),
    /// A workspace whose connections are limited.
    Workspace(i64),
    /// An unbound key.
    Key(ApiKeyId),
    /// The event streams of one owner, by workspace.
    Stream(i64, StreamOwner),
}

/// Owner of an event stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamOwner {
    /// A member, by number.
    Member(i64),
    /// A key; the program behind it may read for many users.
    Key(ApiKeyId),
}

impl StreamOwner {
    /// Maximum number of concurrent streams. A browser opens up to six connections to one server.
    const fn max_streams(self) -> usize {
        match self {
            Self::Member(_) => 100,
            Self::Key(_) => 1_000,
        }
    }
}

/// Counted connection; dropping it decrements the counts.
pub struct ConnectionPermit {
    registry: Arc<ConnectionRegistry>,
    /// The limited key, a key that is only counted, and the workspace if it is limited too.
    keys: [Option<LimitKey>; 3],
}

impl ConnectionRegistry {
    /// Counts a member's connection to a conversation. Returns `None` if the member already has `limit` connections.
    pub fn acquire(
        self: &Arc<Self>,
        ws: i64,
        conversation: i64,
        member: i64,
        limit: usize,
    ) -> Option<ConnectionPermit> {
        let limited = LimitKey::Member(ws, member);
        self.acquire_slots(
            limited,
            Some(LimitKey::Conversation(ws, conversation)),
            limit,
        )
    }

    /// Counts a connection of a member to no particular conversation, together with the member's others.
    pub fn acquire_for_member(
        self: &Arc<Self>,
        ws: i64,
        member: i64,
        limit: usize,
    ) -> Option<ConnectionPermit> {
        self.acquire_slots(LimitKey::Member(ws, member), None, limit)
    }

    /// Counts a connection of an unbound key.
    pub fn acquire_for_key(
        self: &Arc<Self>,
        key: ApiKeyId,
        limit: usize,
    ) -> Option<ConnectionPermit> {
        self.acquire_slots(LimitKey::Key(key), None, limit)
    }

    fn acquire_slots(
        self: &Arc<Self>,
        limited: LimitKey,
        other: Option<LimitKey>,
        limit: usize,
    ) -> Option<ConnectionPermit> {
        let mut counts = self.0.lock();
        if counts.get(&limited).is_some_and(|count| *count >= limit) {
            return None;
        }
        let keys = [Some(limited), other, None];
        for key in keys.into_iter().flatten() {
            *counts.entry(key).or_default() += 1;
        }
        Some(ConnectionPermit {
            registry: self.clone(),
            keys,
        })
    }

    /// Counts an event stream.
    ///
    /// # Errors
    /// `RateLimited` if the owner already holds its maximum of streams.
    pub(crate) fn acquire_stream(
        self: &Arc<Self>,
        ws: i64,
        owner: StreamOwner,
    ) -> Result<ConnectionPermit> {
        let permit = self.acquire_slots(LimitKey::Stream(ws, owner), None, owner.max_streams());
        permit.ok_or_else(|| {
            Error::new(ErrorKind::RateLimited {
                retry_after: STREAM_RETRY_DELAY,
            })
        })
    }

    /// Returns the numbers of open sockets and of open event streams.
    pub fn totals(&self) -> (usize, usize) {
        let (mut sockets, mut streams) = (0, 0);
        for (key, count) in self.0.lock().iter() {
            match key {
                LimitKey::Member(..) | LimitKey::Key(_) => sockets += count,
                LimitKey::Stream(..) => streams += count,
                LimitKey::Conversation(..) | LimitKey::Workspace(_) => {}
            }
        }
        (sockets, streams)
    }

    /// Returns the number of sockets of a member.
    pub fn count_for_member(&self, ws: i64, member: i64) -> usize {
        let counts = self.0.lock();
        counts
            .get(&LimitKey::Member(ws, member))
            .copied()
            .unwrap_or(0)
    }

    /// Returns the number of connections to a conversation.
    pub fn count_for_conversation(&self, ws: i64, conversation: i64) -> usize {
        let counts = self.0.lock();
        let count = counts.get(&LimitKey::Conversation(ws, conversation));
        count.copied().unwrap_or(0)
    }
}

impl ConnectionPermit {
    /// Counts the connection under its workspace as well. Returns `None` if the workspace already has `limit`
    /// connections counted that way.
    pub fn with_workspace_limit(mut self, ws: i64, limit: usize) -> Option<Self> {
        let registry = self.registry.clone();
        let mut counts = registry.0.lock();
        let count = counts.entry(LimitKey::Workspace(ws)).or_default();
        if *count >= limit {
            // Dropping the permit on return takes the lock again.
            drop(counts);
            return None;
        }
        *count += 1;
        self.keys[2] = Some(LimitKey::Workspace(ws));
        drop(counts);
        Some(self)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut counts = self.registry.0.lock();
        for key in self.keys.iter().flatten() {
            if let Some(count) = counts.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(key);
                }
            }
        }
    }
}
