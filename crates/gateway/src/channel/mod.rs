//! Publish/subscribe channels of this node: recent history and current subscribers.
//!
//! The bus delivers every message to every node at most once and in no guaranteed order. Each node forwards it to its
//! own subscribers and keeps it for a while for subscribers that request history. Nothing is stored.
//!
//! Keeps INV-47 (`docs/invariants.md`).

mod event_stream;
mod subscriber;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_bus::BusMessage;
use parlor_engine::Engine;
use parlor_model::Timestamp;
use parlor_model::realtime::ChannelMessage;
use uuid::Uuid;

pub use event_stream::{ChannelEncoder, OpenChannelStreamRequest, open_channel_stream};
use subscriber::{ChannelLagged, ChannelSubscriber, ChannelSubscription};

/// Messages kept per workspace, over all its channels.
const MAX_HISTORY_MESSAGES: usize = 1_000;
/// Bytes of messages kept per workspace.
const MAX_HISTORY_BYTES: usize = 1024 * 1024;
/// Time for which a message is kept.
const HISTORY_TTL: Duration = Duration::from_secs(60 * 60);
/// Time between two removals of expired messages.
const TRIM_INTERVAL: Duration = Duration::from_secs(60);

/// The channels of all workspaces on this node.
pub(crate) struct Channels {
    workspaces: Mutex<HashMap<i64, WorkspaceChannels>>,
    engine: Weak<Engine>,
}

#[derive(Default)]
struct WorkspaceChannels {
    /// Kept messages, oldest first.
    history: VecDeque<HistoryEntry>,
    /// Bytes of the messages in `history`.
    history_bytes: usize,
    subscribers: Vec<Arc<ChannelSubscriber>>,
}

struct HistoryEntry {
    channel: Arc<str>,
    id: Uuid,
    message: Arc<str>,
    received_at: Timestamp,
}

impl Channels {
    /// Starts to receive channel messages from the engine's bus. Must be called on the serving runtime.
    pub(crate) fn start(engine: &Arc<Engine>) -> Arc<Self> {
        let channels = Arc::new(Self {
            workspaces: Mutex::default(),
            engine: Arc::downgrade(engine),
        });
        let weak = Arc::downgrade(&channels);
        engine.bus().subscribe(Box::new(move |messages| {
            for message in messages {
                if let (BusMessage::Channel(message), Some(channels)) = (message, weak.upgrade()) {
                    channels.receive(message);
                }
            }
        }));
        let weak = Arc::downgrade(&channels);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TRIM_INTERVAL);
            loop {
                ticks.tick().await;
                let Some(channels) = weak.upgrade() else {
                    return;
                };
                channels.trim();
            }
        });
        channels
    }

    /// Subscribes to a channel of a workspace. Returns up to `history_length` of the newest kept messages, oldest
    /// first, and a subscription to all messages received afterwards.
    fn subscribe(
        self: &Arc<Self>,
        ws: i64,
        channel: &str,
        history_length: usize,
    ) -> (Vec<Arc<str>>, ChannelSubscription) {
        let mut workspaces = self.workspaces.lock();
        let workspace = workspaces.entry(ws).or_default();
        workspace.trim(self.history_cutoff());
        let newest_first = workspace.history.iter().rev();
        let mut history: Vec<_> = newest_first
            .filter(|entry| &*entry.channel == channel)
            .take(history_length)
            .map(|entry| entry.message.clone())
            .collect();
        history.reverse();
        let subscriber = Arc::new(ChannelSubscriber::new(channel));
        workspace.subscribers.push(subscriber.clone());
        (
            history,
            ChannelSubscription::new(self.clone(), ws, subscriber),
        )
    }

    fn unsubscribe(&self, ws: i64, subscriber: &Arc<ChannelSubscriber>) {
        let mut workspaces = self.workspaces.lock();
        if let Some(workspace) = workspaces.get_mut(&ws) {
            let others = |other: &Arc<ChannelSubscriber>| !Arc::ptr_eq(other, subscriber);
            workspace.subscribers.retain(others);
            if workspace.is_empty() {
                workspaces.remove(&ws);
            }
        }
    }

    fn receive(&self, message: &ChannelMessage) {
        let Some(engine) = self.engine.upgrade() else {
            return;
        };
        let mut workspaces = self.workspaces.lock();
        let workspace = workspaces.entry(message.ws).or_default();
        // The bus may deliver a message twice.
        if workspace.history.iter().any(|entry| entry.id == message.id) {
            return;
        }
        for subscriber in &workspace.subscribers {
            if subscriber.channel == message.channel.0 {
                subscriber.enqueue(&message.message.0);
            }
        }
        workspace.history_bytes += message.message.len();
        workspace.history.push_back(HistoryEntry {
            channel: message.channel.0.clone(),
            id: message.id,
            message: message.message.0.clone(),
            received_at: engine.now(),
        });
        workspace.trim(self.history_cutoff());
    }

    /// Returns the time before which received messages expire.
    fn history_cutoff(&self) -> Timestamp {
        let now = self.engine.upgrade().map(|engine| engine.now());
        now.map_or(Timestamp::from_micros(i64::MIN), |now| {
            now.saturating_sub(HISTORY_TTL)
        })
    }

    fn trim(&self) {
        let oldest = self.history_cutoff();
        self.workspaces.lock().retain(|_, workspace| {
            workspace.trim(oldest);
            !workspace.is_empty()
        });
    }
}

impl WorkspaceChannels {
    fn trim(&mut self, oldest: Timestamp) {
        while let Some(entry) = self.history.front() {
            let is_kept = self.history.len() <= MAX_HISTORY_MESSAGES
                && self.history_bytes <= MAX_HISTORY_BYTES
                && entry.received_at >= oldest;
            if is_kept {
                return;
            }
            self.history_bytes -= entry.message.len();
            self.history.pop_front();
        }
    }

    fn is_empty(&self) -> bool {
        self.history.is_empty() && self.subscribers.is_empty()
    }
}
