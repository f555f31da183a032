//! Connections counted: by conversation, and by member.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_model::id::ApiKeyId;

/// How many connections there are, by workspace and what they hold.
pub struct ConnectionRegistry(pub(crate) Mutex<HashMap<LimitKey, usize>>);

/// What a connection holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LimitKey {
    /// A conversation, by workspace and number.
    Conversation(i64, i64),
    /// A member, by workspace and number.
    Member(i64, i64),
    /// A workspace, where its connections are limited.
    Workspace(i64),
    /// A key that acts for no member.
    Key(ApiKeyId),
    /// A stream of somebody's.
    Stream(i64, StreamOwner),
}

/// Whose a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamOwner {
    /// A member's, by number.
    Member(i64),
    /// A key's: behind it is a program that may read for many.
    Key(ApiKeyId),
}

impl StreamOwner {
    /// Streams at a time. A browser opens half a dozen of one server's.
    const fn max_streams(self) -> usize {
        match self {
            Self::Member(_) => 100,
            Self::Key(_) => 1_000,
        }
    }
}

/// A connection's place; given back when dropped.
pub struct ConnectionPermit {
    registry: Arc<ConnectionRegistry>,
    /// What limits it, what it holds besides, and its workspace where that limits it as well.
    keys: [Option<LimitKey>; 3],
}

impl ConnectionRegistry {
    /// Takes a place in a conversation for a member, unless the member has as many connections as it may.
    pub fn acquire(
        self: &Arc<Self>,
        ws: i64,
        conversation: i64,
        member: i64,
        most: usize,
    ) -> Option<ConnectionPermit> {
        let limited = LimitKey::Member(ws, member);
        self.acquire_slots(
            limited,
            Some(LimitKey::Conversation(ws, conversation)),
            most,
        )
    }

    /// Takes a place in no conversation for a member, counted with its others.
    pub fn acquire_for_member(
        self: &Arc<Self>,
        ws: i64,
        member: i64,
        most: usize,
    ) -> Option<ConnectionPermit> {
        self.acquire_slots(LimitKey::Member(ws, member), None, most)
    }

    /// Takes a place in no conversation for a key that acts for no member.
    pub fn acquire_for_key(
        self: &Arc<Self>,
        key: ApiKeyId,
        most: usize,
    ) -> Option<ConnectionPermit> {
        self.acquire_slots(LimitKey::Key(key), None, most)
    }

    fn acquire_slots(
        self: &Arc<Self>,
        limited: LimitKey,
        other: Option<LimitKey>,
        most: usize,
    ) -> Option<ConnectionPermit> {
        let mut counts = self.0.lock();
        if counts.get(&limited).is_some_and(|count| *count >= most) {
            return None;
        }
        let places = [Some(limited), other, None];
        for place in places.into_iter().flatten() {
            *counts.entry(place).or_default() += 1;
        }
        Some(ConnectionPermit {
            registry: self.clone(),
            keys: places,
        })
    }

    /// Takes a place for a stream, unless there are as many as may be.
    pub fn acquire_stream(
        self: &Arc<Self>,
        ws: i64,
        holder: StreamOwner,
    ) -> Option<ConnectionPermit> {
        self.acquire_slots(LimitKey::Stream(ws, holder), None, holder.max_streams())
    }

    /// How many sockets a member has.
    pub fn count_for_member(&self, ws: i64, member: i64) -> usize {
        let counts = self.0.lock();
        counts
            .get(&LimitKey::Member(ws, member))
            .copied()
            .unwrap_or(0)
    }

    /// How many connections a conversation has.
    pub fn count_for_conversation(&self, ws: i64, conversation: i64) -> usize {
        let counts = self.0.lock();
        let count = counts.get(&LimitKey::Conversation(ws, conversation));
        count.copied().unwrap_or(0)
    }
}

impl ConnectionPermit {
    /// The same seat, counted with the others of its workspace that were counted so, unless these are as many as may be.
    pub fn with_workspace_limit(mut self, ws: i64, most: usize) -> Option<Self> {
        let seats = self.registry.clone();
        let mut counts = seats.0.lock();
        let count = counts.entry(LimitKey::Workspace(ws)).or_default();
        if *count >= most {
            // A seat that is given back takes the lock itself.
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
        for place in self.keys.iter().flatten() {
            if let Some(count) = counts.get_mut(place) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(place);
                }
            }
        }
    }
}
