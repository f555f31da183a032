//! Connections counted: by conversation, and by member.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_model::id::KeyId;

/// How many connections there are, by workspace and what they hold.
pub struct Seats(pub(crate) Mutex<HashMap<Place, usize>>);

/// What a connection holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// A conversation, by workspace and number.
    Conversation(i64, i64),
    /// A member, by workspace and number.
    Member(i64, i64),
    /// A workspace, where its connections are limited.
    Workspace(i64),
    /// A key that acts for no member.
    Key(KeyId),
    /// A stream of somebody's.
    Stream(i64, Holder),
}

/// Whose a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A member's, by number.
    Member(i64),
    /// A key's: behind it is a program that may read for many.
    Key(KeyId),
}

impl Holder {
    /// Streams at a time. A browser opens half a dozen of one server's.
    const fn most(self) -> usize {
        match self {
            Self::Member(_) => 100,
            Self::Key(_) => 1_000,
        }
    }
}

/// A connection's place; given back when dropped.
pub struct Seat {
    seats: Arc<Seats>,
    /// What limits it, what it holds besides, and its workspace where that limits it as well.
    places: [Option<Place>; 3],
}

impl Seats {
    /// Takes a place in a conversation for a member, unless the member has as many connections as it may.
    pub fn take(
        self: &Arc<Self>,
        ws: i64,
        conversation: i64,
        member: i64,
        most: usize,
    ) -> Option<Seat> {
        let limited = Place::Member(ws, member);
        self.sit(limited, Some(Place::Conversation(ws, conversation)), most)
    }

    /// Takes a place in no conversation for a member, counted with its others.
    pub fn take_for(self: &Arc<Self>, ws: i64, member: i64, most: usize) -> Option<Seat> {
        self.sit(Place::Member(ws, member), None, most)
    }

    /// Takes a place in no conversation for a key that acts for no member.
    pub fn take_for_key(self: &Arc<Self>, key: KeyId, most: usize) -> Option<Seat> {
        self.sit(Place::Key(key), None, most)
    }

    fn sit(self: &Arc<Self>, limited: Place, other: Option<Place>, most: usize) -> Option<Seat> {
        let mut counts = self.0.lock();
        if counts.get(&limited).is_some_and(|count| *count >= most) {
            return None;
        }
        let places = [Some(limited), other, None];
        for place in places.into_iter().flatten() {
            *counts.entry(place).or_default() += 1;
        }
        Some(Seat {
            seats: self.clone(),
            places,
        })
    }

    /// Takes a place for a stream, unless there are as many as may be.
    pub fn take_stream(self: &Arc<Self>, ws: i64, holder: Holder) -> Option<Seat> {
        self.sit(Place::Stream(ws, holder), None, holder.most())
    }

    /// How many sockets a member has.
    pub fn of_member(&self, ws: i64, member: i64) -> usize {
        let counts = self.0.lock();
        counts.get(&Place::Member(ws, member)).copied().unwrap_or(0)
    }

    /// How many connections a conversation has.
    pub fn of_conversation(&self, ws: i64, conversation: i64) -> usize {
        let counts = self.0.lock();
        let count = counts.get(&Place::Conversation(ws, conversation));
        count.copied().unwrap_or(0)
    }
}

impl Seat {
    /// The same seat, counted with the others of its workspace that were counted so, unless these are as many as may be.
    pub fn within_workspace(mut self, ws: i64, most: usize) -> Option<Self> {
        let seats = self.seats.clone();
        let mut counts = seats.0.lock();
        let count = counts.entry(Place::Workspace(ws)).or_default();
        if *count >= most {
            // A seat that is given back takes the lock itself.
            drop(counts);
            return None;
        }
        *count += 1;
        self.places[2] = Some(Place::Workspace(ws));
        drop(counts);
        Some(self)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.seats.0.lock();
        for place in self.places.iter().flatten() {
            if let Some(count) = counts.get_mut(place) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(place);
                }
            }
        }
    }
}
