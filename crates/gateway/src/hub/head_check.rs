//! The end of a log that nobody has told of: what other nodes publish may be lost, and where nothing follows nobody would
//! notice. So a node that is not alone looks from time to time how far the logs reach that it has listeners for.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parlor_engine::log::last_seqs;
use parlor_model::realtime::LogUpdate;
use tokio::time::{sleep, timeout};

use super::Hub;

/// Between two looks while nothing says that something was lost.
const CHECK_INTERVAL: Duration = Duration::from_secs(3);
/// Between two looks in any case.
const MIN_CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// Conversations that are looked at in one read.
const CHECK_BATCH_CONVERSATIONS: usize = 500;

/// Looks for as long as there is a hub.
pub(super) async fn run_head_check(hub: Weak<Hub>) {
    loop {
        let Some(resynced) = hub.upgrade().map(|hub| hub.resynced.clone()) else {
            return;
        };
        // Either way it is time.
        let _ = timeout(CHECK_INTERVAL, resynced.notified()).await;
        let Some(hub) = hub.upgrade() else { return };
        hub.check_log_heads().await;
        drop(hub);
        sleep(MIN_CHECK_INTERVAL).await;
    }
}

impl Hub {
    async fn check_log_heads(self: &Arc<Self>) {
        let mut followed: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
        for ((ws, conversation), room) in self.broadcasters.lock().iter() {
            let places = followed.entry(*ws).or_default();
            places.push((*conversation, room.delivered_seq()));
        }
        for (ws, places) in followed {
            for some in places.chunks(CHECK_BATCH_CONVERSATIONS) {
                let numbers = some.iter().map(|(conversation, _)| *conversation).collect();
                let found = match last_seqs(&self.engine, ws, numbers).await {
                    Ok(found) => found,
                    Err(error) => {
                        tracing::warn!(?error, "it was not looked how far logs reach");
                        return;
                    }
                };
                for (conversation, has) in some {
                    let seq = found
                        .get(conversation)
                        .copied()
                        .unwrap_or(LogUpdate::DELETED);
                    if seq == LogUpdate::DELETED || seq > *has {
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
