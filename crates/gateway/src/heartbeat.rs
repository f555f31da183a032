//! One timer for all connections of a server.
//!
//! It wakes each connection for pings, pong timeouts and re-authorization, so that an idle connection holds no timer
//! of its own. API keys are re-validated once per key, however many connections use them.

use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use parlor_bus::BusMessage;
use parlor_engine::{Engine, api_key};
use parlor_model::Ctx;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::ErrorKind;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::Scopes;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use crate::Gateway;
use crate::socket::{ClientMessage, ConnectionEnd, ConnectionTimeouts, DisconnectReason};

/// Bounds of the tick interval.
const MIN_TICK_INTERVAL: Duration = Duration::from_millis(5);
const MAX_TICK_INTERVAL: Duration = Duration::from_secs(1);
/// Time in which changes of rights are coalesced.
const DEBOUNCE: Duration = Duration::from_millis(50);

const PING: u8 = 1;
const REAUTHORIZE: u8 = 2;
const PONG_TIMEOUT: u8 = 4;
const STOP: u8 = 8;

/// Due action of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeartbeatEvent {
    Ping,
    /// The credential is to be checked again.
    Reauthorize,
}

/// Schedules heartbeats of all connections.
pub(crate) struct HeartbeatScheduler {
    started_at: Instant,
    timeouts: ConnectionTimeouts,
    entries: Mutex<Vec<Weak<HeartbeatEntry>>>,
    is_stopped: AtomicBool,
    /// Workspaces in which rights have changed since the last check; `None` stands for all.
    changed_workspaces: Mutex<HashSet<Option<i64>>>,
    rights_changed: Notify,
    /// A validation of all keys is running.
    is_revalidating: AtomicBool,
    /// Other nodes can change rights; bus messages about that may be lost.
    has_peers: bool,
}

/// State of one connection in the scheduler.
struct HeartbeatEntry {
    /// Number of the workspace.
    ws: i64,
    pending_events: AtomicU8,
    waker: AtomicWaker,
    /// Times in milliseconds since the scheduler started: last input of the client, next ping, next re-authorization.
    last_activity: AtomicU64,
    next_ping: AtomicU64,
    next_reauthorize: AtomicU64,
    /// Key that is validated for all its connections, with the scopes it had when this one opened.
    key: Option<(WorkspaceRef, ApiKeyId, Scopes)>,
}

impl HeartbeatScheduler {
    /// Starts the timer task, which ends when the scheduler is dropped.
    pub(crate) fn start(engine: &Arc<Engine>, pace: ConnectionTimeouts) -> Arc<Self> {
        let pulse = Arc::new(Self {
            started_at: Instant::now(),
            timeouts: pace,
            entries: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            changed_workspaces: Mutex::default(),
            rights_changed: Notify::new(),
            is_revalidating: AtomicBool::new(false),
            has_peers: !engine.is_exclusive(),
        });
        pulse.watch_rights(engine);
        let (weak, engine) = (Arc::downgrade(&pulse), Arc::downgrade(engine));
        let shortest = pace
            .ping_interval
            .min(pace.reauthorize_interval)
            .min(pace.pong_timeout.max(MIN_TICK_INTERVAL));
        let mut ticks = interval((shortest / 5).clamp(MIN_TICK_INTERVAL, MAX_TICK_INTERVAL));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::spawn(async move {
            let mut looked = 0;
            loop {
                ticks.tick().await;
                let (Some(pulse), Some(engine)) = (weak.upgrade(), engine.upgrade()) else {
                    return;
                };
                let now = pulse.now();
                pulse.tick(now);
                if looked + millis(pulse.timeouts.reauthorize_interval) <= now {
                    looked = now;
                    pulse.revalidate_keys(&engine);
                }
            }
        });
        pulse
    }

    /// Re-authorizes the connections of a workspace after a change of rights. Changes within [`DEBOUNCE`] are
    /// coalesced.
    fn watch_rights(self: &Arc<Self>, engine: &Engine) {
        let weak = Arc::downgrade(self);
        engine.bus().subscribe(Box::new(move |notes| {
            let changed = notes.iter().filter_map(|note| match note {
                BusMessage::RightsChanged(ws) => Some(*ws),
                BusMessage::MessagesLost => Some(None),
                BusMessage::LogUpdate(_)
                | BusMessage::Ephemeral(_)
                | BusMessage::Presence(_)
                | BusMessage::Channel(_) => None,
            });
            let Some(pulse) = weak.upgrade() else { return };
            let mut waiting = pulse.changed_workspaces.lock();
            let before = waiting.len();
            waiting.extend(changed);
            if waiting.len() > before {
                pulse.rights_changed.notify_one();
            }
        }));
        let weak = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(pulse) = weak.upgrade() {
                let waited = timeout(MAX_TICK_INTERVAL, pulse.rights_changed.notified()).await;
                if waited.is_ok() {
                    sleep(DEBOUNCE).await;
                    pulse
                        .recheck_workspaces(&std::mem::take(&mut *pulse.changed_workspaces.lock()));
                }
            }
        });
    }

    fn recheck_workspaces(&self, changed: &HashSet<Option<i64>>) {
        for place in self.entries() {
            if changed.contains(&Some(place.ws)) || changed.contains(&None) {
                place.wake(REAUTHORIZE);
            }
        }
    }

    /// Wakes every connection with the shutdown event.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        for place in self.entries() {
            place.wake(STOP);
        }
    }

    fn now(&self) -> u64 {
        millis(self.started_at.elapsed())
    }

    fn entries(&self) -> Vec<Arc<HeartbeatEntry>> {
        let mut places = self.entries.lock();
        let mut there = Vec::with_capacity(places.len());
        places.retain(|place| place.upgrade().map(|place| there.push(place)).is_some());
        there
    }

    fn tick(&self, now: u64) {
        for place in self.entries() {
            let quiet = now.saturating_sub(place.last_activity.load(Ordering::Relaxed));
            if quiet >= millis(self.timeouts.pong_timeout) {
                place.wake(PONG_TIMEOUT);
            } else if place.next_ping.load(Ordering::Relaxed) <= now {
                let next = now + millis(self.timeouts.ping_interval);
                place.next_ping.store(next, Ordering::Relaxed);
                place.wake(PING);
            }
            if place.next_reauthorize.load(Ordering::Relaxed) <= now {
                let next = now + place.reauthorize_interval_millis(self.timeouts, self.has_peers);
                place.next_reauthorize.store(next, Ordering::Relaxed);
                place.wake(REAUTHORIZE);
            }
        }
    }

    /// Validates every key once. Connections whose key was revoked or has other scopes re-authorize themselves.
    fn revalidate_keys(self: &Arc<Self>, engine: &Arc<Engine>) {
        if self.is_revalidating.swap(true, Ordering::SeqCst) {
            return;
        }
        let looking = RevalidationGuard(self.clone());
        let mut keys: HashMap<(i64, ApiKeyId), Vec<Arc<HeartbeatEntry>>> = HashMap::new();
        for place in self.entries() {
            if let Some((workspace, key, _)) = place.key {
                keys.entry((workspace.number, key)).or_default().push(place);
            }
        }
        let engine = engine.clone();
        tokio::spawn(async move {
            let _looking = looking;
            for ((_, key), places) in keys {
                let Some((workspace, ..)) = places.first().and_then(|place| place.key) else {
                    continue;
                };
                let found = api_key::context_by_id(&engine, workspace, key, Uuid::nil()).await;
                let opens = match found {
                    Ok(ctx) => Some(ctx.scopes),
                    Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => None,
                    // A database outage revokes no key.
                    Err(_) => continue,
                };
                for place in places {
                    if place.key.map(|(.., scopes)| scopes) != opens {
                        place.wake(REAUTHORIZE);
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

impl HeartbeatEntry {
    /// Returns the milliseconds between two re-authorizations of this connection, besides those after changes on this
    /// node. Validation of the key does not cover the member behind it, which another node may have changed.
    fn reauthorize_interval_millis(&self, pace: ConnectionTimeouts, has_peers: bool) -> u64 {
        let times = if self.key.is_some() && !has_peers {
            6
        } else {
            1
        };
        millis(pace.reauthorize_interval * times)
    }

    fn wake(&self, what: u8) {
        self.pending_events.fetch_or(what, Ordering::SeqCst);
        self.waker.wake();
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Registration of one connection.
pub(crate) struct HeartbeatHandle {
    scheduler: Arc<HeartbeatScheduler>,
    entry: Arc<HeartbeatEntry>,
}

impl HeartbeatHandle {
    /// Registers a connection opened with the key of `ctx`.
    pub(crate) fn new(gateway: &Gateway, ctx: &Ctx) -> Self {
        let key = ctx.key.map(|key| (ctx.workspace, key, ctx.scopes));
        Self::register(&gateway.heartbeat, ctx.ws(), key)
    }

    /// Registers a connection without client input, which is exempt from the pong timeout.
    pub(crate) fn for_stream(gateway: &Gateway, ctx: &Ctx) -> Self {
        let beat = Self::new(gateway, ctx);
        beat.entry.last_activity.store(u64::MAX, Ordering::Relaxed);
        beat
    }

    fn register(
        pulse: &Arc<HeartbeatScheduler>,
        ws: i64,
        key: Option<(WorkspaceRef, ApiKeyId, Scopes)>,
    ) -> Self {
        let now = pulse.now();
        let place = Arc::new(HeartbeatEntry {
            ws,
            pending_events: AtomicU8::new(0),
            waker: AtomicWaker::new(),
            last_activity: AtomicU64::new(now),
            next_ping: AtomicU64::new(now + millis(pulse.timeouts.ping_interval)),
            next_reauthorize: AtomicU64::new(now + millis(pulse.timeouts.reauthorize_interval)),
            key,
        });
        pulse.entries.lock().push(Arc::downgrade(&place));
        // The stop event may have been broadcast before this entry was added.
        if pulse.is_stopped.load(Ordering::SeqCst) {
            place.wake(STOP);
        }
        Self {
            scheduler: pulse.clone(),
            entry: place,
        }
    }

    /// Returns whether the credential must be checked before a request of the client is handled. With other nodes,
    /// revocations are known for certain only from the database.
    pub(crate) fn must_reauthorize_before(&self, said: &ClientMessage) -> bool {
        self.scheduler.has_peers && matches!(said, ClientMessage::Text(_))
    }

    /// Records input of the client.
    pub(crate) fn record_activity(&self) {
        self.entry
            .last_activity
            .store(self.scheduler.now(), Ordering::Relaxed);
    }

    /// Waits for the next due event.
    ///
    /// # Errors
    /// The reason to disconnect, on pong timeout and shutdown.
    ///
    /// # Cancel safety
    /// No event is lost.
    pub(crate) async fn next(&self) -> Result<HeartbeatEvent, ConnectionEnd> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Polls for the next due event.
    pub(crate) fn poll_next(
        &self,
        cx: &Context<'_>,
    ) -> Poll<Result<HeartbeatEvent, ConnectionEnd>> {
        let due = &self.entry.pending_events;
        if due.load(Ordering::SeqCst) == 0 {
            self.entry.waker.register(cx.waker());
        }
        let now = due.load(Ordering::SeqCst);
        let is = |what: u8| now & what != 0;
        Poll::Ready(if is(STOP) {
            Err(ConnectionEnd::Disconnect(DisconnectReason::Shutdown))
        } else if is(PONG_TIMEOUT) {
            Err(ConnectionEnd::Disconnect(DisconnectReason::PongTimeout))
        } else if is(REAUTHORIZE) {
            due.fetch_and(!REAUTHORIZE, Ordering::SeqCst);
            Ok(HeartbeatEvent::Reauthorize)
        } else if is(PING) {
            due.fetch_and(!PING, Ordering::SeqCst);
            Ok(HeartbeatEvent::Ping)
        } else {
            return Poll::Pending;
        })
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Returns the events of each second in a range, with the second.
    fn tick_seconds(
        pulse: &Arc<HeartbeatScheduler>,
        beat: &HeartbeatHandle,
        from: u64,
        to: u64,
    ) -> Vec<(u64, &'static str)> {
        let cx = Context::from_waker(Waker::noop());
        let mut told = Vec::new();
        for second in from..=to {
            pulse.tick(second * 1_000);
            while let Poll::Ready(tick) = beat.poll_next(&cx) {
                match tick {
                    Ok(HeartbeatEvent::Ping) => told.push((second, "ping")),
                    Ok(HeartbeatEvent::Reauthorize) => {}
                    Err(left) => {
                        assert_eq!(
                            left,
                            ConnectionEnd::Disconnect(DisconnectReason::PongTimeout)
                        );
                        told.push((second, "silent"));
                        return told;
                    }
                }
            }
        }
        told
    }

    #[test]
    fn silent_client_times_out_after_sixty_seconds() {
        let pulse = Arc::new(HeartbeatScheduler {
            started_at: Instant::now(),
            timeouts: ConnectionTimeouts::default(),
            entries: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            changed_workspaces: Mutex::default(),
            rights_changed: Notify::new(),
            is_revalidating: AtomicBool::new(false),
            has_peers: false,
        });
        let beat = HeartbeatHandle::register(&pulse, 1, None);
        let told = tick_seconds(&pulse, &beat, 0, 100);
        assert_eq!(told, [(25, "ping"), (50, "ping"), (60, "silent")]);

        // Any input restarts the timeout.
        let beat = HeartbeatHandle::register(&pulse, 1, None);
        let told = tick_seconds(&pulse, &beat, 0, 49);
        assert_eq!(told, [(25, "ping")]);
        beat.entry.last_activity.store(49_000, Ordering::Relaxed);
        let told = tick_seconds(&pulse, &beat, 50, 200);
        assert_eq!(
            told,
            [(50, "ping"), (75, "ping"), (100, "ping"), (109, "silent")]
        );
    }
}
