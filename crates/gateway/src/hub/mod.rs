//! Registry of the live subscribers of this node.
//!
//! The bus announces that a log has grown. One reader per conversation then reads the log and delivers the entries to
//! all subscribers, encoded once per encoder key. Order and completeness therefore come from the database, even if
//! the bus drops, duplicates or reorders messages. A subscriber whose queue overflows is reported as lagged and
//! replays from the log until it has caught up.
//!
//! Keeps INV-26, INV-40, INV-43 (`docs/invariants.md`).

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
mod ephemeral;
mod fan_out;
mod frame;
mod frame_batch;
mod frame_encoder;
mod head_check;
mod list_broadcaster;
mod list_subscription;
mod presence;
mod queue_budget;
mod resume_point;
mod subscriber;
mod subscription;

use broadcaster::Broadcaster;
pub(crate) use direct_sink::{DirectSendResult, DirectSink};
pub(crate) use ephemeral::EphemeralPublisher;
pub use frame::{Frame, FrameEffect};
pub use frame_batch::FrameQueue;
pub use frame_encoder::{
    EventAudience, FrameEncoder, PerSubscriberEvent, StreamChange, StreamedItem,
};
use list_broadcaster::ListBroadcasters;
pub use list_subscription::{ListSubscription, ListUpdate};
use presence::PresenceTracker;
pub use presence::{PresenceChange, PresenceGuard};
pub(crate) use queue_budget::QueueBudget;
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
        hub.runtime.spawn(presence::run_presence(weak.clone()));
        hub.runtime.spawn(head_check::run_head_check(weak.clone()));
        engine.bus().subscribe(Box::new(move |messages| {
            if let Some(hub) = weak.upgrade() {
                messages.iter().for_each(|message| hub.dispatch(message));
            }
        }));
        hub
    }

    /// Subscribes to a conversation that the caller may read, to entries after a seq.
    pub fn subscribe(
        self: &Arc<Self>,
        ctx: &Ctx,
        conversation: i64,
        encoder: Arc<dyn FrameEncoder>,
        after_seq: i64,
    ) -> Subscription {
        self.subscribe_with_budget(ctx, conversation, encoder, after_seq, Arc::default())
    }

    /// Subscribes like [`Self::subscribe`], with a queue budget shared by several subscriptions of one connection.
    pub(crate) fn subscribe_with_budget(
        self: &Arc<Self>,
        ctx: &Ctx,
        conversation: i64,
        encoder: Arc<dyn FrameEncoder>,
        after_seq: i64,
        budget: Arc<QueueBudget>,
    ) -> Subscription {
        Subscription::new(self.clone(), *ctx, conversation, encoder, after_seq, budget)
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
    pub fn publish(&self, messages: &[BusMessage]) {
        self.engine.bus().publish(messages);
    }

    fn dispatch(self: &Arc<Self>, message: &BusMessage) {
        match message {
            BusMessage::LogUpdate(update) => self.dispatch_log_update(update),
            BusMessage::Ephemeral(event) => {
                if let Some(broadcaster) = self.broadcaster(event.ws, event.conversation) {
                    broadcaster.broadcast_ephemeral(event);
                }
                // Read marks are not in the log, but change the reader's own list item.
                if let EphemeralContent::Read(_) = event.content
                    && let Some(list_broadcaster) = self.list_broadcasters.find(event.ws)
                {
                    list_broadcaster.mark_changed_for(event.member.number, event.conversation);
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
            BusMessage::Turn(event) => {
                if let Some(broadcaster) = self.broadcaster(event.ws, event.conversation) {
                    broadcaster.broadcast_turn(event);
                }
            }
        }
    }

    fn dispatch_log_update(self: &Arc<Self>, update: &LogUpdate) {
        if let Some(list_broadcaster) = self.list_broadcasters.find(update.ws) {
            if update.is_deletion() {
                list_broadcaster.mark_deleted(update.conversation);
            } else if list_broadcaster.mark_changed(update.conversation, update.seq) {
                let engine = self.engine.clone();
                self.runtime.spawn(async move {
                    let task = AssertUnwindSafe(list_broadcaster.resolve_and_notify(&engine));
                    if task.catch_unwind().await.is_err() {
                        tracing::error!("what finds out whose lists have changed panicked");
                        list_broadcaster.scan_subscribers();
                    }
                });
            }
        }
        let Some(broadcaster) = self.broadcaster(update.ws, update.conversation) else {
            return;
        };
        if update.is_deletion() {
            broadcaster.close_deleted();
        } else if broadcaster.advance_target(update.seq) {
            self.spawn_read(broadcaster);
        }
    }

    fn spawn_read(&self, broadcaster: Arc<Broadcaster>) {
        let engine = self.engine.clone();
        self.runtime.spawn(async move {
            let task = AssertUnwindSafe(broadcaster.read_and_deliver(&engine));
            if task.catch_unwind().await.is_err() {
                tracing::error!("what reads a conversation for its listeners panicked");
                broadcaster.lag_subscribers();
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
        subscriber: &Arc<Subscriber>,
        delivered_seq: i64,
    ) -> Option<Arc<Broadcaster>> {
        let topic = (workspace.number, conversation);
        let (broadcaster, is_new) = {
            let mut broadcasters = self.broadcasters.lock();
            let is_new = !broadcasters.contains_key(&topic);
            let broadcaster = broadcasters
                .entry(topic)
                .or_insert_with(|| {
                    Arc::new(Broadcaster::new(workspace, conversation, delivered_seq))
                })
                .clone();
            if !broadcaster.add_subscriber(subscriber, delivered_seq) {
                return None;
            }
            (broadcaster, is_new)
        };
        // Entries written between the subscriber's last read and the creation of the broadcaster were announced to no
        // one.
        if is_new && broadcaster.advance_target(delivered_seq) {
            self.spawn_read(broadcaster.clone());
        }
        Some(broadcaster)
    }

    fn detach(
        &self,
        ws: i64,
        conversation: i64,
        broadcaster: &Arc<Broadcaster>,
        subscriber: &Arc<Subscriber>,
    ) {
        let mut broadcasters = self.broadcasters.lock();
        if broadcaster.remove_subscriber(subscriber) {
            return;
        }
        let topic = (ws, conversation);
        if broadcasters
            .get(&topic)
            .is_some_and(|current| Arc::ptr_eq(current, broadcaster) && broadcaster.is_empty())
        {
            broadcasters.remove(&topic);
        }
    }
}
