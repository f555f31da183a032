//! One clock for all connections of a server: it tells each what it is time for, so that a connection that waits holds
//! no timer of its own, and it looks at each key once however many connections it has opened.

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

/// The finest time that is kept, and the coarsest.
const MIN_TICK_INTERVAL: Duration = Duration::from_millis(5);
const MAX_TICK_INTERVAL: Duration = Duration::from_secs(1);
/// How long changes of rights are gathered.
const DEBOUNCE: Duration = Duration::from_millis(50);

const PING: u8 = 1;
const REAUTHORIZE: u8 = 2;
const PONG_TIMEOUT: u8 = 4;
const STOP: u8 = 8;

/// What it is time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeartbeatEvent {
    Ping,
    /// A look at the credential.
    Reauthorize,
}

/// The clock.
pub(crate) struct HeartbeatScheduler {
    started_at: Instant,
    timeouts: ConnectionTimeouts,
    entries: Mutex<Vec<Weak<HeartbeatEntry>>>,
    is_stopped: AtomicBool,
    /// Workspaces in which rights have changed since the last look; none stands for all.
    changed_workspaces: Mutex<HashSet<Option<i64>>>,
    rights_changed: Notify,
    /// Keys are being looked at.
    is_revalidating: AtomicBool,
    /// Other nodes change rights too, of which this one learns only by looking.
    has_peers: bool,
}

/// One connection's place at the clock.
struct HeartbeatEntry {
    /// The number of the workspace.
    ws: i64,
    pending_events: AtomicU8,
    waker: AtomicWaker,
    /// Milliseconds since the clock began: when the client was heard, is to be pinged, and looked at.
    last_activity: AtomicU64,
    next_ping: AtomicU64,
    next_reauthorize: AtomicU64,
    /// A key that is looked at for all its connections, and what it opened when this one came.
    key: Option<(WorkspaceRef, ApiKeyId, Scopes)>,
}

impl HeartbeatScheduler {
    /// Begins to tick, until nobody holds it any more.
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

    /// Has the connections of a workspace look at their rights soon after those may have changed: the changes of a moment
    /// are one look.
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

    /// Everybody is told to end.
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

    /// Looks at every key. Connections of one that opens something else than before look for themselves.
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
                    // A database that does not answer for a moment has revoked nothing.
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

/// Keys are being looked at until this is dropped, however the look ends.
struct RevalidationGuard(Arc<HeartbeatScheduler>);

impl Drop for RevalidationGuard {
    fn drop(&mut self) {
        self.0.is_revalidating.store(false, Ordering::SeqCst);
    }
}

impl HeartbeatEntry {
    /// Milliseconds between two looks for itself, besides those after changes on this node. What is looked at for all
    /// connections of a key leaves the member behind it, which another node may have changed.
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

/// A connection's hold on the clock.
pub(crate) struct HeartbeatHandle {
    scheduler: Arc<HeartbeatScheduler>,
    entry: Arc<HeartbeatEntry>,
}

impl HeartbeatHandle {
    /// Takes a place for a connection that a key has opened, with the rights of the key.
    pub(crate) fn new(gateway: &Gateway, ctx: &Ctx) -> Self {
        let key = ctx.key.map(|key| (ctx.workspace, key, ctx.scopes));
        Self::register(&gateway.heartbeat, ctx.ws(), key)
    }

    /// The same for a connection on which the client says nothing: it is never taken for gone by its silence.
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
        // One who came while everybody was told to end was told nothing.
        if pulse.is_stopped.load(Ordering::SeqCst) {
            place.wake(STOP);
        }
        Self {
            scheduler: pulse.clone(),
            entry: place,
        }
    }

    /// Whether the credential has to be looked at before what the client asks for: what ends a right on another node is
    /// known there alone.
    pub(crate) fn must_reauthorize_before(&self, said: &ClientMessage) -> bool {
        self.scheduler.has_peers && matches!(said, ClientMessage::Text(_))
    }

    /// The client was heard.
    pub(crate) fn record_activity(&self) {
        self.entry
            .last_activity
            .store(self.scheduler.now(), Ordering::Relaxed);
    }

    /// Waits until it is time for something, or for the end. Nothing is lost when the wait is given up.
    pub(crate) async fn next(&self) -> Result<HeartbeatEvent, ConnectionEnd> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// The same for one who waits for other things too.
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

    /// What comes of each second of so many, by the second.
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

    fn still() -> Arc<HeartbeatScheduler> {
        Arc::new(HeartbeatScheduler {
            started_at: Instant::now(),
            timeouts: ConnectionTimeouts::default(),
            entries: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            changed_workspaces: Mutex::default(),
            rights_changed: Notify::new(),
            is_revalidating: AtomicBool::new(false),
            has_peers: false,
        })
    }

    #[tokio::test]
    async fn a_look_at_the_keys_that_panics_is_over() {
        let pulse = still();
        assert!(!pulse.is_revalidating.swap(true, Ordering::SeqCst));
        let looking = RevalidationGuard(pulse.clone());
        let look = tokio::spawn(async move {
            let _looking = looking;
            panic!("a look that fails");
        });
        assert!(look.await.is_err_and(|failed| failed.is_panic()));
        assert!(
            !pulse.is_revalidating.load(Ordering::SeqCst),
            "the next one begins"
        );
    }

    #[test]
    fn silent_client_times_out_after_sixty_seconds() {
        let pulse = still();
        let beat = HeartbeatHandle::register(&pulse, 1, None);
        let told = tick_seconds(&pulse, &beat, 0, 100);
        assert_eq!(told, [(25, "ping"), (50, "ping"), (60, "silent")]);

        // Each sign of life begins the time anew.
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
