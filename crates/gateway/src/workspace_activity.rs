//! Tells that something was written in a workspace, without saying what. For lists that read again what they show.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_bus::BusMessage;
use parlor_engine::Engine;
use tokio::sync::watch;

/// Counters of written conversations, for the workspaces that are watched.
#[derive(Debug, Default)]
pub struct WorkspaceActivity(Mutex<HashMap<i64, watch::Sender<u64>>>);

impl WorkspaceActivity {
    /// Watches the bus. Nothing is counted for workspaces that nobody watches.
    pub(crate) fn start(engine: &Engine) -> Arc<Self> {
        let activity = Arc::new(Self::default());
        let weak = Arc::downgrade(&activity);
        engine.bus().subscribe(Box::new(move |messages| {
            let Some(activity) = weak.upgrade() else {
                return;
            };
            let counters = activity.0.lock();
            if counters.is_empty() {
                return;
            }
            for message in messages {
                match message {
                    BusMessage::LogUpdate(update) => {
                        if let Some(counter) = counters.get(&update.ws) {
                            counter.send_modify(|count| *count += 1);
                        }
                    }
                    BusMessage::MessagesLost => {
                        for counter in counters.values() {
                            counter.send_modify(|count| *count += 1);
                        }
                    }
                    BusMessage::RightsChanged(_)
                    | BusMessage::Ephemeral(_)
                    | BusMessage::Presence(_)
                    | BusMessage::Channel(_)
                    | BusMessage::Turn(_) => {}
                }
            }
        }));
        activity
    }

    /// Returns a counter that changes after each commit that writes to a conversation of the workspace. Several commits may
    /// be one change.
    pub fn watch(&self, ws: i64) -> watch::Receiver<u64> {
        let mut counters = self.0.lock();
        counters.retain(|_, counter| counter.receiver_count() > 0);
        counters.entry(ws).or_default().subscribe()
    }
}
