//! Periodic comparison of delivered seqs with the log heads in the database, and of streamed answers with their turns.
//!
//! Bus messages of other nodes may be lost, which would go unnoticed until the next entry of the conversation. With
//! other nodes, each node therefore checks the heads of all conversations that it has subscribers for. Answers that
//! seem to be under way, and of which nothing is heard, are checked on every node: a turn also ends without a message
//! to the bus, when its conversation is deleted.
//!
//! Keeps INV-41, INV-67 (`docs/invariants.md`).

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parlor_bus::BusMessage;
use parlor_engine::log::last_seqs;
use parlor_engine::turn;
use parlor_model::realtime::LogUpdate;
use tokio::time::{sleep, timeout};

use super::Hub;

/// Time between two checks, unless the bus reports lost messages.
const CHECK_INTERVAL: Duration = Duration::from_secs(3);
/// Minimum time between two checks.
const MIN_CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// Conversations per query.
const CHECK_BATCH_CONVERSATIONS: usize = 500;

/// Checks until the hub is dropped.
pub(super) async fn run_head_check(hub: Weak<Hub>) {
    loop {
        let Some(resynced) = hub.upgrade().map(|hub| hub.resynced.clone()) else {
            return;
        };
        // A timeout and a notification both start the check.
        let _ = timeout(CHECK_INTERVAL, resynced.notified()).await;
        let Some(hub) = hub.upgrade() else { return };
        if !hub.engine.is_exclusive() {
            hub.check_log_heads().await;
        }
        hub.check_streams().await;
        drop(hub);
        sleep(MIN_CHECK_INTERVAL).await;
    }
}

impl Hub {
    /// Ends the streams of answers that are over.
    async fn check_streams(self: &Arc<Self>) {
        match turn::end_lost(&self.engine).await {
            Ok(ended) => ended
                .into_iter()
                .for_each(|event| self.dispatch(&BusMessage::Turn(event))),
            Err(error) => {
                tracing::warn!(?error, "it was not looked whether answers are over");
            }
        }
    }

    async fn check_log_heads(self: &Arc<Self>) {
        let mut subscribed: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
        for ((ws, conversation), broadcaster) in self.broadcasters.lock().iter() {
            let heads = subscribed.entry(*ws).or_default();
            heads.push((*conversation, broadcaster.delivered_seq()));
        }
        for (ws, heads) in subscribed {
            for batch in heads.chunks(CHECK_BATCH_CONVERSATIONS) {
                let numbers = batch
                    .iter()
                    .map(|(conversation, _)| *conversation)
                    .collect();
                let last_seqs_by_number = match last_seqs(&self.engine, ws, numbers).await {
                    Ok(last_seqs_by_number) => last_seqs_by_number,
                    Err(error) => {
                        tracing::warn!(?error, "it was not looked how far logs reach");
                        return;
                    }
                };
                for (conversation, delivered_seq) in batch {
                    let seq = last_seqs_by_number
                        .get(conversation)
                        .copied()
                        .unwrap_or(LogUpdate::DELETED);
                    if seq == LogUpdate::DELETED || seq > *delivered_seq {
                        self.dispatch_log_update(&LogUpdate {
                            ws,
                            conversation: *conversation,
                            seq,
                        });
                    }
                }
            }
        }
    }
}
