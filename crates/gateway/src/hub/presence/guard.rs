//! Presence of one connection in a conversation, and its distribution.

use std::sync::{Arc, Weak};
use std::time::Duration;

use parlor_bus::BusMessage;
use parlor_model::member::MemberRef;
use parlor_model::realtime::PresenceAnnouncement;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::tracker::ANNOUNCE_INTERVAL;
use crate::hub::Hub;

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
        member: Option<MemberRef>,
    ) -> PresenceGuard {
        let topic = (ws, conversation);
        let announcements = self.presence.lock().join(topic, member.as_ref());
        self.publish_presence(announcements);
        PresenceGuard {
            hub: self.clone(),
            topic,
            member,
        }
    }

    /// Returns up to `limit` present members of a conversation, and their total number. Only conversations with a
    /// local connection are known.
    pub fn present_members(
        &self,
        ws: i64,
        conversation: i64,
        limit: usize,
    ) -> (Vec<MemberRef>, usize) {
        self.presence
            .lock()
            .present_members((ws, conversation), limit)
    }

    pub(in crate::hub) fn receive_presence(&self, presence: &PresenceAnnouncement) {
        let announcements = self.presence.lock().receive(presence, Instant::now());
        self.publish_presence(announcements);
    }

    /// Distributes announcements, and schedules the notification of local subscribers.
    fn publish_presence(&self, announcements: Vec<PresenceAnnouncement>) {
        self.presence_changed.notify_one();
        if !announcements.is_empty() {
            let announcements: Vec<BusMessage> = announcements
                .into_iter()
                .map(BusMessage::Presence)
                .collect();
            self.publish(&announcements);
        }
    }

    fn broadcast_presence(&self) {
        let changes = self.presence.lock().take_changes();
        for ((ws, conversation), change) in changes {
            if let Some(broadcaster) = self.broadcaster(ws, conversation) {
                broadcaster.broadcast_presence(&change);
            }
        }
    }
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        let announcements = self
            .hub
            .presence
            .lock()
            .leave(self.topic, self.member.as_ref());
        self.hub.publish_presence(announcements);
    }
}

/// Notifies subscribers of coalesced changes, and announces the local members to other nodes at intervals.
pub(in crate::hub) async fn run_presence(hub: Weak<Hub>) {
    let mut ticks = interval(ANNOUNCE_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let Some(changed) = hub.upgrade().map(|hub| hub.presence_changed.clone()) else {
            return;
        };
        tokio::select! {
            () = changed.notified() => tokio::time::sleep(DEBOUNCE).await,
            _ = ticks.tick() => {
                let Some(hub) = hub.upgrade() else { return };
                let announcements = hub.presence.lock().heartbeat(Instant::now());
                hub.publish_presence(announcements);
            }
        }
        if let Some(hub) = hub.upgrade() {
            hub.broadcast_presence();
        }
    }
}
