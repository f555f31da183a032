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
use parlor_bus::Note;
use parlor_engine::{Engine, key};
use parlor_model::Ctx;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Kind;
use parlor_model::id::KeyId;
use parlor_model::scope::Scopes;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use crate::Gateway;
use crate::socket::{Ending, Left, Pace, Said};

/// The finest time that is kept, and the coarsest.
const FINE: Duration = Duration::from_millis(5);
const COARSE: Duration = Duration::from_secs(1);
/// How long changes of rights are gathered.
const DEBOUNCE: Duration = Duration::from_millis(50);

const PING: u8 = 1;
const CHECK: u8 = 2;
const SILENT: u8 = 4;
const STOP: u8 = 8;

/// What it is time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tick {
    Ping,
    /// A look at the credential.
    Check,
}

/// The clock.
pub(crate) struct Pulse {
    began: Instant,
    pace: Pace,
    places: Mutex<Vec<Weak<Place>>>,
    stopped: AtomicBool,
    /// Workspaces in which rights have changed since the last look; none stands for all.
    changed: Mutex<HashSet<Option<i64>>>,
    has_changed: Notify,
    /// Keys are being looked at.
    looking: AtomicBool,
    /// Other nodes change rights too, of which this one learns only by looking.
    has_peers: bool,
}

/// One connection's place at the clock.
struct Place {
    /// The number of the workspace.
    ws: i64,
    due: AtomicU8,
    waker: AtomicWaker,
    /// Milliseconds since the clock began: when the client was heard, is to be pinged, and looked at.
    heard: AtomicU64,
    ping: AtomicU64,
    check: AtomicU64,
    /// A key that is looked at for all its connections, and what it opened when this one came.
    key: Option<(WorkspaceRef, KeyId, Scopes)>,
}

impl Pulse {
    /// Begins to tick, until nobody holds it any more.
    pub(crate) fn start(engine: &Arc<Engine>, pace: Pace) -> Arc<Self> {
        let pulse = Arc::new(Self {
            began: Instant::now(),
            pace,
            places: Mutex::default(),
            stopped: AtomicBool::new(false),
            changed: Mutex::default(),
            has_changed: Notify::new(),
            looking: AtomicBool::new(false),
            has_peers: !engine.is_exclusive(),
        });
        pulse.listen(engine);
        let (weak, engine) = (Arc::downgrade(&pulse), Arc::downgrade(engine));
        let shortest = pace.ping.min(pace.check).min(pace.silence.max(FINE));
        let mut ticks = interval((shortest / 5).clamp(FINE, COARSE));
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
                if looked + millis(pulse.pace.check) <= now {
                    looked = now;
                    pulse.look(&engine);
                }
            }
        });
        pulse
    }

    /// Has the connections of a workspace look at their rights soon after those may have changed: the changes of a moment
    /// are one look.
    fn listen(self: &Arc<Self>, engine: &Engine) {
        let weak = Arc::downgrade(self);
        engine.bus().listen(Box::new(move |notes| {
            let changed = notes.iter().filter_map(|note| match note {
                Note::RightsChanged(ws) => Some(*ws),
                Note::Resynced => Some(None),
                Note::Grew(_) | Note::Signal(_) | Note::Presence(_) | Note::Channel(_) => None,
            });
            let Some(pulse) = weak.upgrade() else { return };
            let mut waiting = pulse.changed.lock();
            let before = waiting.len();
            waiting.extend(changed);
            if waiting.len() > before {
                pulse.has_changed.notify_one();
            }
        }));
        let weak = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(pulse) = weak.upgrade() {
                let waited = timeout(COARSE, pulse.has_changed.notified()).await;
                if waited.is_ok() {
                    sleep(DEBOUNCE).await;
                    pulse.look_in(&std::mem::take(&mut *pulse.changed.lock()));
                }
            }
        });
    }

    fn look_in(&self, changed: &HashSet<Option<i64>>) {
        for place in self.places() {
            if changed.contains(&Some(place.ws)) || changed.contains(&None) {
                place.tell(CHECK);
            }
        }
    }

    /// Everybody is told to end.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        for place in self.places() {
            place.tell(STOP);
        }
    }

    fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }

    fn places(&self) -> Vec<Arc<Place>> {
        let mut places = self.places.lock();
        let mut there = Vec::with_capacity(places.len());
        places.retain(|place| place.upgrade().map(|place| there.push(place)).is_some());
        there
    }

    fn tick(&self, now: u64) {
        for place in self.places() {
            let quiet = now.saturating_sub(place.heard.load(Ordering::Relaxed));
            if quiet >= millis(self.pace.silence) {
                place.tell(SILENT);
            } else if place.ping.load(Ordering::Relaxed) <= now {
                let next = now + millis(self.pace.ping);
                place.ping.store(next, Ordering::Relaxed);
                place.tell(PING);
            }
            if place.check.load(Ordering::Relaxed) <= now {
                let next = now + place.check_every(self.pace, self.has_peers);
                place.check.store(next, Ordering::Relaxed);
                place.tell(CHECK);
            }
        }
    }

    /// Looks at every key. Connections of one that opens something else than before look for themselves.
    fn look(self: &Arc<Self>, engine: &Arc<Engine>) {
        if self.looking.swap(true, Ordering::SeqCst) {
            return;
        }
        let looking = Looking(self.clone());
        let mut keys: HashMap<(i64, KeyId), Vec<Arc<Place>>> = HashMap::new();
        for place in self.places() {
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
                let found = key::ctx_of(&engine, workspace, key, Uuid::nil()).await;
                let opens = match found {
                    Ok(ctx) => Some(ctx.scopes),
                    Err(error) if matches!(error.kind(), Kind::Unauthenticated(_)) => None,
                    // A database that does not answer for a moment has revoked nothing.
                    Err(_) => continue,
                };
                for place in places {
                    if place.key.map(|(.., scopes)| scopes) != opens {
                        place.tell(CHECK);
                    }
                }
            }
        });
    }
}

/// Keys are being looked at until this is dropped, however the look ends.
struct Looking(Arc<Pulse>);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.looking.store(false, Ordering::SeqCst);
    }
}

impl Place {
    /// Milliseconds between two looks for itself, besides those after changes on this node. What is looked at for all
    /// connections of a key leaves the member behind it, which another node may have changed.
    fn check_every(&self, pace: Pace, has_peers: bool) -> u64 {
        let times = if self.key.is_some() && !has_peers {
            6
        } else {
            1
        };
        millis(pace.check * times)
    }

    fn tell(&self, what: u8) {
        self.due.fetch_or(what, Ordering::SeqCst);
        self.waker.wake();
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A connection's hold on the clock.
pub(crate) struct Beat {
    pulse: Arc<Pulse>,
    place: Arc<Place>,
}

impl Beat {
    /// Takes a place for a connection that a key has opened, with the rights of the key.
    pub(crate) fn new(gateway: &Gateway, ctx: &Ctx) -> Self {
        let key = ctx.key.map(|key| (ctx.workspace, key, ctx.scopes));
        Self::at(&gateway.pulse, ctx.ws(), key)
    }

    /// The same for a connection on which the client says nothing: it is never taken for gone by its silence.
    pub(crate) fn one_way(gateway: &Gateway, ctx: &Ctx) -> Self {
        let beat = Self::new(gateway, ctx);
        beat.place.heard.store(u64::MAX, Ordering::Relaxed);
        beat
    }

    fn at(pulse: &Arc<Pulse>, ws: i64, key: Option<(WorkspaceRef, KeyId, Scopes)>) -> Self {
        let now = pulse.now();
        let place = Arc::new(Place {
            ws,
            due: AtomicU8::new(0),
            waker: AtomicWaker::new(),
            heard: AtomicU64::new(now),
            ping: AtomicU64::new(now + millis(pulse.pace.ping)),
            check: AtomicU64::new(now + millis(pulse.pace.check)),
            key,
        });
        pulse.places.lock().push(Arc::downgrade(&place));
        // One who came while everybody was told to end was told nothing.
        if pulse.stopped.load(Ordering::SeqCst) {
            place.tell(STOP);
        }
        Self {
            pulse: pulse.clone(),
            place,
        }
    }

    /// Whether the credential has to be looked at before what the client asks for: what ends a right on another node is
    /// known there alone.
    pub(crate) fn checks_before(&self, said: &Said) -> bool {
        self.pulse.has_peers && matches!(said, Said::Text(_))
    }

    /// The client was heard.
    pub(crate) fn heard(&self) {
        self.place.heard.store(self.pulse.now(), Ordering::Relaxed);
    }

    /// Waits until it is time for something, or for the end. Nothing is lost when the wait is given up.
    pub(crate) async fn next(&self) -> Result<Tick, Left> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// The same for one who waits for other things too.
    pub(crate) fn poll_next(&self, cx: &Context<'_>) -> Poll<Result<Tick, Left>> {
        let due = &self.place.due;
        if due.load(Ordering::SeqCst) == 0 {
            self.place.waker.register(cx.waker());
        }
        let now = due.load(Ordering::SeqCst);
        let is = |what: u8| now & what != 0;
        Poll::Ready(if is(STOP) {
            Err(Left::With(Ending::Shutdown))
        } else if is(SILENT) {
            Err(Left::With(Ending::Silent))
        } else if is(CHECK) {
            due.fetch_and(!CHECK, Ordering::SeqCst);
            Ok(Tick::Check)
        } else if is(PING) {
            due.fetch_and(!PING, Ordering::SeqCst);
            Ok(Tick::Ping)
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
    fn seconds(pulse: &Arc<Pulse>, beat: &Beat, from: u64, to: u64) -> Vec<(u64, &'static str)> {
        let cx = Context::from_waker(Waker::noop());
        let mut told = Vec::new();
        for second in from..=to {
            pulse.tick(second * 1_000);
            while let Poll::Ready(tick) = beat.poll_next(&cx) {
                match tick {
                    Ok(Tick::Ping) => told.push((second, "ping")),
                    Ok(Tick::Check) => {}
                    Err(left) => {
                        assert_eq!(left, Left::With(Ending::Silent));
                        told.push((second, "silent"));
                        return told;
                    }
                }
            }
        }
        told
    }

    fn still() -> Arc<Pulse> {
        Arc::new(Pulse {
            began: Instant::now(),
            pace: Pace::default(),
            places: Mutex::default(),
            stopped: AtomicBool::new(false),
            changed: Mutex::default(),
            has_changed: Notify::new(),
            looking: AtomicBool::new(false),
            has_peers: false,
        })
    }

    #[tokio::test]
    async fn a_look_at_the_keys_that_panics_is_over() {
        let pulse = still();
        assert!(!pulse.looking.swap(true, Ordering::SeqCst));
        let looking = Looking(pulse.clone());
        let look = tokio::spawn(async move {
            let _looking = looking;
            panic!("a look that fails");
        });
        assert!(look.await.is_err_and(|failed| failed.is_panic()));
        assert!(!pulse.looking.load(Ordering::SeqCst), "the next one begins");
    }

    #[test]
    fn who_is_not_heard_for_sixty_seconds_is_let_go_then_and_no_later() {
        let pulse = still();
        let beat = Beat::at(&pulse, 1, None);
        let told = seconds(&pulse, &beat, 0, 100);
        assert_eq!(told, [(25, "ping"), (50, "ping"), (60, "silent")]);

        // Each sign of life begins the time anew.
        let beat = Beat::at(&pulse, 1, None);
        let told = seconds(&pulse, &beat, 0, 49);
        assert_eq!(told, [(25, "ping")]);
        beat.place.heard.store(49_000, Ordering::Relaxed);
        let told = seconds(&pulse, &beat, 50, 200);
        assert_eq!(
            told,
            [(50, "ping"), (75, "ping"), (100, "ping"), (109, "silent")]
        );
    }
}
