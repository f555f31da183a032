//! The end of a log that nobody has told of: what other nodes publish may be lost, and where nothing follows nobody would
//! notice. So a node that is not alone looks from time to time how far the logs reach that it has listeners for.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parlor_engine::conversation::heads;
use parlor_model::live::Growth;
use tokio::time::{sleep, timeout};

use super::Hub;

/// Between two looks while nothing says that something was lost.
const EVERY: Duration = Duration::from_secs(3);
/// Between two looks in any case.
const REST: Duration = Duration::from_millis(250);
/// Conversations that are looked at in one read.
const STRETCH: usize = 500;

/// Looks for as long as there is a hub.
pub(super) async fn keep(hub: Weak<Hub>) {
    loop {
        let Some(resynced) = hub.upgrade().map(|hub| hub.resynced.clone()) else {
            return;
        };
        // Either way it is time.
        let _ = timeout(EVERY, resynced.notified()).await;
        let Some(hub) = hub.upgrade() else { return };
        hub.look_at_tails().await;
        drop(hub);
        sleep(REST).await;
    }
}

impl Hub {
    async fn look_at_tails(self: &Arc<Self>) {
        let mut followed: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
        for ((ws, conversation), room) in self.rooms.lock().iter() {
            let places = followed.entry(*ws).or_default();
            places.push((*conversation, room.last()));
        }
        for (ws, places) in followed {
            for some in places.chunks(STRETCH) {
                let numbers = some.iter().map(|(conversation, _)| *conversation).collect();
                let found = match heads(&self.engine, ws, numbers).await {
                    Ok(found) => found,
                    Err(error) => {
                        tracing::warn!(?error, "it was not looked how far logs reach");
                        return;
                    }
                };
                for (conversation, has) in some {
                    let seq = found.get(conversation).copied().unwrap_or(Growth::GONE);
                    if seq == Growth::GONE || seq > *has {
                        self.grew(&Growth {
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
