//! Presence of one connection in a conversation, and its distribution.

use std::sync::{Arc, Weak};
use std::time::Duration;

use parlor_bus::BusMessage;
use parlor_model::member::MemberRef;
use parlor_model::realtime::PresenceAnnouncement;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Hub;
use super::presence_tracker::ANNOUNCE_INTERVAL;

/// Time in which changes are coalesced before subscribers are notified.
const DEBOUNCE: Duration = Duration::from_millis(250);

/// Presence of a connection in a conversation; dropping it leaves.
pub struct PresenceGuard {
    hub: Arc<Hub>,
    topic: (i64, i64),
    member: Option<MemberRef>,
}

impl Hub {
    /// Adds a connection to the presence of a conversation, as a visible member or invisibly.
    pub fn join_presence(
        self: &Arc<Self>,
        ws: i64,
        conversation: i64,
        who: Option<MemberRef>,
    ) -> PresenceGuard {
        let place = (ws, conversation);
        let notes = self.presence.lock().join(place, who.as_ref());
        self.publish_presence(notes);
        PresenceGuard {
            hub: self.clone(),
            topic: place,
            member: who,
        }
    }

    /// Returns up to `most` present members of a conversation, and their total number. Only conversations with a
    /// local connection are known.
    pub fn present_members(
        &self,
        ws: i64,
        conversation: i64,
        most: usize,
    ) -> (Vec<MemberRef>, usize) {
        self.presence
            .lock()
            .present_members((ws, conversation), most)
    }

    pub(super) fn receive_presence(&self, presence: &PresenceAnnouncement) {
        let notes = self.presence.lock().receive(presence, Instant::now());
        self.publish_presence(notes);
    }

    /// Distributes announcements, and schedules the notification of local subscribers.
    fn publish_presence(&self, notes: Vec<PresenceAnnouncement>) {
        self.presence_changed.notify_one();
        if !notes.is_empty() {
            let notes: Vec<BusMessage> = notes.into_iter().map(BusMessage::Presence).collect();
            self.publish(&notes);
        }
    }

    fn broadcast_presence(&self) {
        let changes = self.presence.lock().take_changes();
        for ((ws, conversation), change) in changes {
            if let Some(room) = self.broadcaster(ws, conversation) {
                room.broadcast_presence(&change);
            }
        }
    }
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        let notes = self
            .hub
            .presence
            .lock()
            .leave(self.topic, self.member.as_ref());
        self.hub.publish_presence(notes);
    }
}

/// Notifies subscribers of coalesced changes, and announces the local members to other nodes at intervals.
pub(super) async fn run_presence(hub: Weak<Hub>) {
    let mut beat = interval(ANNOUNCE_INTERVAL);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let Some(stirred) = hub.upgrade().map(|hub| hub.presence_changed.clone()) else {
            return;
        };
        tokio::select! {
            () = stirred.notified() => tokio::time::sleep(DEBOUNCE).await,
            _ = beat.tick() => {
                let Some(hub) = hub.upgrade() else { return };
                let notes = hub.presence.lock().heartbeat(Instant::now());
                hub.publish_presence(notes);
            }
        }
        if let Some(hub) = hub.upgrade() {
            hub.broadcast_presence();
        }
    }
}
