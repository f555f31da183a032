//! Registry of the live subscribers of this node.
//!
//! The bus announces that a log has grown. One reader per conversation then reads the log and delivers the entries to
//! all subscribers, encoded once per encoder key. Order and completeness therefore come from the database, even if
//! the bus drops, duplicates or reorders messages. A subscriber whose queue overflows is told that it lagged and
//! replays from the log until it has caught up.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use parking_lot::Mutex;
use parlor_bus::BusMessage;
use parlor_engine::{Engine, conversation};
use parlor_model::Ctx;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::realtime::{EphemeralContent, LogUpdate};
use tokio::runtime::Handle;
use tokio::sync::Notify;

mod broadcaster;
mod direct_sink;
mod fan_out;
mod frame_batch;
mod frame_encoder;
mod head_check;
mod list_broadcaster;
mod list_subscription;
mod presence_guard;
mod presence_tracker;
mod queue_budget;
mod resume_point;
mod subscriber;
mod subscription;

use broadcaster::Broadcaster;
pub use direct_sink::{DirectSendResult, DirectSink};
pub use frame_batch::FrameQueue;
pub use frame_encoder::{EventAudience, Frame, FrameEffect, FrameEncoder, PerSubscriberEvent};
use list_broadcaster::ListBroadcasters;
pub use list_subscription::{ListSubscription, ListUpdate};
pub use presence_guard::PresenceGuard;
pub use presence_tracker::PresenceChange;
use presence_tracker::PresenceTracker;
pub use queue_budget::QueueBudget;
pub use resume_point::{ResumeError, ResumePoint};
use subscriber::Subscriber;
pub use subscription::{Subscription, SubscriptionEvent};

/// Broadcasters of this node, by workspace and conversation number, and presence.
pub struct Hub {
    engine: Arc<Engine>,
    broadcasters: Mutex<HashMap<(i64, i64), Arc<Broadcaster>>>,
    list_broadcasters: ListBroadcasters,
    presence: Mutex<PresenceTracker>,
    /// Notified after every change of presence.
    presence_changed: Arc<Notify>,
    /// Notified when bus messages of other nodes may have been lost.
    resynced: Arc<Notify>,
    runtime: Handle,
}

impl Hub {
    /// Starts a hub on the engine's bus. Must be called on the serving runtime.
    pub fn start(engine: &Arc<Engine>) -> Arc<Self> {
        let hub = Arc::new(Self {
            engine: engine.clone(),
            broadcasters: Mutex::default(),
            list_broadcasters: ListBroadcasters::default(),
            presence: Mutex::new(PresenceTracker::new(engine.random_uuid())),
            presence_changed: Arc::default(),
            resynced: Arc::default(),
            runtime: Handle::current(),
        });
        let weak = Arc::downgrade(&hub);
        hub.runtime
            .spawn(presence_guard::run_presence(weak.clone()));
        if !engine.is_exclusive() {
            hub.runtime.spawn(head_check::run_head_check(weak.clone()));
        }
        engine.bus().subscribe(Box::new(move |notes| {
            if let Some(hub) = weak.upgrade() {
                notes.iter().for_each(|note| hub.dispatch(note));
            }
        }));
        hub
    }

    /// Subscribes to a conversation that the caller may read, to entries after a seq.
    pub fn subscribe(
        self: &Arc<Self>,
        ctx: &Ctx,
        conversation: i64,
        codec: Arc<dyn FrameEncoder>,
        after: i64,
    ) -> Subscription {
        self.subscribe_with_budget(ctx, conversation, codec, after, Arc::default())
    }

    /// Subscribes like [`Self::subscribe`], with a queue budget shared by several subscriptions of one connection.
    pub fn subscribe_with_budget(
        self: &Arc<Self>,
        ctx: &Ctx,
        conversation: i64,
        codec: Arc<dyn FrameEncoder>,
        after: i64,
        allowance: Arc<QueueBudget>,
    ) -> Subscription {
        Subscription::new(self.clone(), *ctx, conversation, codec, after, allowance)
    }

    /// Returns which of the conversations are now hidden from the subscriber by the workspace. A database outage
    /// hides none.
    pub(crate) async fn hidden_conversations(
        &self,
        ctx: &Ctx,
        conversations: Vec<i64>,
    ) -> Vec<i64> {
        let hidden = conversation::find_hidden_threads(&self.engine, ctx, conversations).await;
        hidden.unwrap_or_default()
    }

    /// Publishes ephemeral messages on all nodes.
    pub fn publish(&self, notes: &[BusMessage]) {
        self.engine.bus().publish(notes);
    }

    fn dispatch(self: &Arc<Self>, note: &BusMessage) {
        match note {
            BusMessage::LogUpdate(growth) => self.dispatch_log_update(growth),
            BusMessage::Ephemeral(signal) => {
                if let Some(room) = self.broadcaster(signal.ws, signal.conversation) {
                    room.broadcast_ephemeral(signal);
                }
                // Read marks are not in the log, but change the reader's own list item.
                if let EphemeralContent::Read(_) = signal.content
                    && let Some(lobby) = self.list_broadcasters.find(signal.ws)
                {
                    lobby.mark_changed_for(signal.member.number, signal.conversation);
                }
            }
            BusMessage::Presence(presence) => self.receive_presence(presence),
            // Handled by `HeartbeatScheduler`.
            BusMessage::RightsChanged(_) => {}
            BusMessage::MessagesLost => {
                self.list_broadcasters.scan_all();
                self.resynced.notify_one();
            }
            // Handled by `Channels`.
            BusMessage::Channel(_) => {}
        }
    }

    fn dispatch_log_update(self: &Arc<Self>, growth: &LogUpdate) {
        if let Some(lobby) = self.list_broadcasters.find(growth.ws) {
            if growth.is_deletion() {
                lobby.mark_deleted(growth.conversation);
            } else if lobby.mark_changed(growth.conversation, growth.seq) {
                let engine = self.engine.clone();
                self.runtime.spawn(async move {
                    let pumping = AssertUnwindSafe(lobby.resolve_and_notify(&engine));
                    if pumping.catch_unwind().await.is_err() {
                        tracing::error!("what finds out whose lists have changed panicked");
                        lobby.scan_subscribers();
                    }
                });
            }
        }
        let Some(room) = self.broadcaster(growth.ws, growth.conversation) else {
            return;
        };
        if growth.is_deletion() {
            room.close_deleted();
        } else if room.advance_target(growth.seq) {
            self.spawn_read(room);
        }
    }

    fn spawn_read(&self, room: Arc<Broadcaster>) {
        let engine = self.engine.clone();
        self.runtime.spawn(async move {
            let pumping = AssertUnwindSafe(room.read_and_deliver(&engine));
            if pumping.catch_unwind().await.is_err() {
                tracing::error!("what reads a conversation for its listeners panicked");
                room.lag_subscribers();
            }
        });
    }

    fn broadcaster(&self, ws: i64, conversation: i64) -> Option<Arc<Broadcaster>> {
        self.broadcasters.lock().get(&(ws, conversation)).cloned()
    }

    /// Adds a subscriber to the broadcaster of its conversation. Returns `None` if the broadcaster is further ahead.
    fn attach(
        &self,
        (workspace, conversation): (WorkspaceRef, i64),
        reader: &Arc<Subscriber>,
        has: i64,
    ) -> Option<Arc<Broadcaster>> {
        let place = (workspace.number, conversation);
        let (room, is_new) = {
            let mut rooms = self.broadcasters.lock();
            let is_new = !rooms.contains_key(&place);
            let room = rooms
                .entry(place)
                .or_insert_with(|| Arc::new(Broadcaster::new(workspace, conversation, has)))
                .clone();
            if !room.add_subscriber(reader, has) {
                return None;
            }
            (room, is_new)
        };
        // Entries written between the subscriber's last read and the creation of the broadcaster were announced to no
        // one.
        if is_new && room.advance_target(has) {
            self.spawn_read(room.clone());
        }
        Some(room)
    }

    fn detach(
        &self,
        ws: i64,
        conversation: i64,
        room: &Arc<Broadcaster>,
        reader: &Arc<Subscriber>,
    ) {
        let mut rooms = self.broadcasters.lock();
        if room.remove_subscriber(reader) {
            return;
        }
        let place = (ws, conversation);
        if rooms
            .get(&place)
            .is_some_and(|there| Arc::ptr_eq(there, room) && room.is_empty())
        {
            rooms.remove(&place);
        }
    }
}
