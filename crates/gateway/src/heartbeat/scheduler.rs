//! Timer task, and the checks that it triggers.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_bus::BusMessage;
use parlor_engine::{Engine, api_key};
use parlor_model::error::ErrorKind;
use parlor_model::id::ApiKeyId;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use super::entry::{HeartbeatEntry, PING, PONG_TIMEOUT, REAUTHORIZE, STOP, millis};
use crate::timeouts::ConnectionTimeouts;

/// Bounds of the tick interval.
const MIN_TICK_INTERVAL: Duration = Duration::from_millis(5);
const MAX_TICK_INTERVAL: Duration = Duration::from_secs(1);
/// Time in which changes of rights are coalesced.
const DEBOUNCE: Duration = Duration::from_millis(50);

/// Schedules heartbeats of all connections.
pub(crate) struct HeartbeatScheduler {
    started_at: Instant,
    pub(super) timeouts: ConnectionTimeouts,
    pub(super) entries: Mutex<Vec<Weak<HeartbeatEntry>>>,
    pub(super) is_stopped: AtomicBool,
    /// Workspaces in which rights have changed since the last check; `None` stands for all.
    changed_workspaces: Mutex<HashSet<Option<i64>>>,
    rights_changed: Notify,
    /// A validation of all keys is running.
    is_revalidating: AtomicBool,
    /// Other nodes can change rights; bus messages about that may be lost.
    pub(super) has_peers: bool,
}

impl HeartbeatScheduler {
    pub(super) fn new(timeouts: ConnectionTimeouts, has_peers: bool) -> Self {
        Self {
            started_at: Instant::now(),
            timeouts,
            entries: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            changed_workspaces: Mutex::default(),
            rights_changed: Notify::new(),
            is_revalidating: AtomicBool::new(false),
            has_peers,
        }
    }

    /// Starts the timer task, which ends when the scheduler is dropped.
    pub(crate) fn start(engine: &Arc<Engine>, timeouts: ConnectionTimeouts) -> Arc<Self> {
        let scheduler = Arc::new(Self::new(timeouts, !engine.is_exclusive()));
        scheduler.watch_rights(engine);
        let (weak, engine) = (Arc::downgrade(&scheduler), Arc::downgrade(engine));
        let shortest = timeouts
            .ping_interval
            .min(timeouts.reauthorize_interval)
            .min(timeouts.pong_timeout.max(MIN_TICK_INTERVAL));
        let mut ticks = interval((shortest / 5).clamp(MIN_TICK_INTERVAL, MAX_TICK_INTERVAL));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::spawn(async move {
            let mut last_validated = 0;
            loop {
                ticks.tick().await;
                let (Some(scheduler), Some(engine)) = (weak.upgrade(), engine.upgrade()) else {
                    return;
                };
                let now = scheduler.now();
                scheduler.tick(now);
                if last_validated + millis(scheduler.timeouts.reauthorize_interval) <= now {
                    last_validated = now;
                    scheduler.revalidate_keys(&engine);
                }
            }
        });
        scheduler
    }

    /// Re-authorizes the connections of a workspace after a change of rights. Changes within [`DEBOUNCE`] are
    /// coalesced.
    fn watch_rights(self: &Arc<Self>, engine: &Engine) {
        let weak = Arc::downgrade(self);
        engine.bus().subscribe(Box::new(move |messages| {
            let changed = messages.iter().filter_map(|message| match message {
                BusMessage::RightsChanged(ws) => Some(*ws),
                BusMessage::MessagesLost => Some(None),
                BusMessage::LogUpdate(_)
                | BusMessage::Ephemeral(_)
                | BusMessage::Presence(_)
                | BusMessage::Channel(_)
                | BusMessage::Turn(_) => None,
            });
            let Some(scheduler) = weak.upgrade() else {
                return;
            };
            let mut changed_workspaces = scheduler.changed_workspaces.lock();
            let before = changed_workspaces.len();
            changed_workspaces.extend(changed);
            if changed_workspaces.len() > before {
                scheduler.rights_changed.notify_one();
            }
        }));
        let weak = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(scheduler) = weak.upgrade() {
                let waited = timeout(MAX_TICK_INTERVAL, scheduler.rights_changed.notified()).await;
                if waited.is_ok() {
                    sleep(DEBOUNCE).await;
                    scheduler.recheck_workspaces(&std::mem::take(
                        &mut *scheduler.changed_workspaces.lock(),
                    ));
                }
            }
        });
    }

    fn recheck_workspaces(&self, changed: &HashSet<Option<i64>>) {
        for entry in self.entries() {
            if changed.contains(&Some(entry.ws)) || changed.contains(&None) {
                entry.wake(REAUTHORIZE);
            }
        }
    }

    /// Wakes every connection with the shutdown event.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        for entry in self.entries() {
            entry.wake(STOP);
        }
    }

    /// Returns the milliseconds since the scheduler started.
    pub(super) fn now(&self) -> u64 {
        millis(self.started_at.elapsed())
    }

    /// Returns the entries of open connections, and removes all others.
    fn entries(&self) -> Vec<Arc<HeartbeatEntry>> {
        let mut entries = self.entries.lock();
        let mut alive = Vec::with_capacity(entries.len());
        entries.retain(|entry| entry.upgrade().map(|entry| alive.push(entry)).is_some());
        alive
    }

    /// Wakes the connections that have an event due.
    pub(super) fn tick(&self, now: u64) {
        for entry in self.entries() {
            let idle = now.saturating_sub(entry.last_activity.load(Ordering::Relaxed));
            if idle >= millis(self.timeouts.pong_timeout) {
                entry.wake(PONG_TIMEOUT);
            } else if entry.next_ping.load(Ordering::Relaxed) <= now {
                let next = now + millis(self.timeouts.ping_interval);
                entry.next_ping.store(next, Ordering::Relaxed);
                entry.wake(PING);
            }
            if entry.next_reauthorize.load(Ordering::Relaxed) <= now {
                let next = now + entry.reauthorize_interval_millis(self.timeouts, self.has_peers);
                entry.next_reauthorize.store(next, Ordering::Relaxed);
                entry.wake(REAUTHORIZE);
            }
        }
    }

    /// Validates every key once. Connections whose key was revoked or has other scopes re-authorize themselves.
    fn revalidate_keys(self: &Arc<Self>, engine: &Arc<Engine>) {
        if self.is_revalidating.swap(true, Ordering::SeqCst) {
            return;
        }
        let guard = RevalidationGuard(self.clone());
        let mut keys: HashMap<(i64, ApiKeyId), Vec<Arc<HeartbeatEntry>>> = HashMap::new();
        for entry in self.entries() {
            if let Some((workspace, key, _)) = entry.key {
                keys.entry((workspace.number, key)).or_default().push(entry);
            }
        }
        let engine = engine.clone();
        tokio::spawn(async move {
            let _looking = guard;
            for ((_, key), entries) in keys {
                let Some((workspace, ..)) = entries.first().and_then(|entry| entry.key) else {
                    continue;
                };
                let ctx = api_key::context_by_id(&engine, workspace, key, Uuid::nil()).await;
                let scopes = match ctx {
                    Ok(ctx) => Some(ctx.scopes),
                    Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => None,
                    // A database outage revokes no key.
                    Err(_) => continue,
                };
                for entry in entries {
                    if entry.key.map(|(.., scopes)| scopes) != scopes {
                        entry.wake(REAUTHORIZE);
                    }
                }
            }
        });
    }
}

/// Clears `is_revalidating` on drop, also if the validation panics.
struct RevalidationGuard(Arc<HeartbeatScheduler>);

impl Drop for RevalidationGuard {
    fn drop(&mut self) {
        self.0.is_revalidating.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn validation_that_panics_is_over() {
        let scheduler = Arc::new(HeartbeatScheduler::new(
            ConnectionTimeouts::default(),
            false,
        ));
        assert!(!scheduler.is_revalidating.swap(true, Ordering::SeqCst));
        let guard = RevalidationGuard(scheduler.clone());
        let validation = tokio::spawn(async move {
            let _guard = guard;
            panic!("a validation that fails");
        });
        assert!(validation.await.is_err_and(|failed| failed.is_panic()));
        assert!(
            !scheduler.is_revalidating.load(Ordering::SeqCst),
            "the next one begins"
        );
    }
}
