//! A connection that has a conversation on screen.

use std::sync::{Arc, Weak};
use std::time::Duration;

use parlor_bus::Note;
use parlor_model::live::Presence;
use parlor_model::member::MemberRef;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Hub;
use super::presence::AGAIN;

/// Changes are gathered for so long before listeners are told.
const GATHER: Duration = Duration::from_millis(250);

/// Held while a connection looks at a conversation; it looks no more when this is dropped.
pub struct OnScreen {
    hub: Arc<Hub>,
    place: (i64, i64),
    who: Option<MemberRef>,
}

impl Hub {
    /// A connection looks at a conversation, as somebody whom the others may see or unseen.
    pub fn look(self: &Arc<Self>, ws: i64, conversation: i64, who: Option<MemberRef>) -> OnScreen {
        let place = (ws, conversation);
        let notes = self.screens.lock().enter(place, who.as_ref());
        self.tell_presence(notes);
        OnScreen {
            hub: self.clone(),
            place,
            who,
        }
    }

    /// Some of those who have a conversation on screen that somebody here looks at, and how many there are.
    pub fn present(&self, ws: i64, conversation: i64, most: usize) -> (Vec<MemberRef>, usize) {
        self.screens.lock().at((ws, conversation), most)
    }

    pub(super) fn told_presence(&self, presence: &Presence) {
        let notes = self.screens.lock().told(presence, Instant::now());
        self.tell_presence(notes);
    }

    /// After every change: what is to be told is told soon.
    fn tell_presence(&self, notes: Vec<Presence>) {
        self.stirred.notify_one();
        if !notes.is_empty() {
            let notes: Vec<Note> = notes.into_iter().map(Note::Presence).collect();
            self.tell(&notes);
        }
    }

    fn tell_changes(&self) {
        let changes = self.screens.lock().changes();
        for ((ws, conversation), change) in changes {
            if let Some(room) = self.room(ws, conversation) {
                room.presence(&change);
            }
        }
    }
}

impl Drop for OnScreen {
    fn drop(&mut self) {
        let notes = self.hub.screens.lock().leave(self.place, self.who.as_ref());
        self.hub.tell_presence(notes);
    }
}

/// Tells listeners what has changed, gathered, and the other nodes from time to time whom this one has.
pub(super) async fn keep(hub: Weak<Hub>) {
    let mut beat = interval(AGAIN);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let Some(stirred) = hub.upgrade().map(|hub| hub.stirred.clone()) else {
            return;
        };
        tokio::select! {
            () = stirred.notified() => tokio::time::sleep(GATHER).await,
            _ = beat.tick() => {
                let Some(hub) = hub.upgrade() else { return };
                let notes = hub.screens.lock().beat(Instant::now());
                hub.tell_presence(notes);
            }
        }
        if let Some(hub) = hub.upgrade() {
            hub.tell_changes();
        }
    }
}
