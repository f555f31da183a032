//! One listener's queue.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use super::allowance::Allowance;
use super::codec::{Codec, Frame};
use super::frames::{Frames, Stretch, last};
use super::outlet::Outlet;

/// What a room pushes into and a feed takes out of.
pub(super) struct Reader {
    pub(super) codec: Arc<dyn Codec>,
    state: Mutex<State>,
    /// How much may wait here, and elsewhere for the same listener.
    allowance: Arc<Allowance>,
    outlet: Option<Arc<dyn Outlet>>,
}

#[derive(Default)]
struct State {
    frames: Frames,
    /// Positions up to here it has already.
    has: i64,
    /// Positions up to here were taken out, or have left by the outlet.
    given: i64,
    /// Nothing waits, and the listener does nothing: the outlet may be used.
    is_open: bool,
    /// Not all that went into the outlet has left.
    is_stuck: bool,
    /// Set once the queue overflowed: nothing is pushed any more.
    lagged: bool,
    gone: bool,
    /// Who waits for something to come.
    waits: Option<Waker>,
}

/// What is taken out of a queue.
pub(super) enum Taken {
    Frames(Frames),
    /// The queue overflowed; the log has entries up to here.
    Lagged(i64),
    Gone,
}

impl Reader {
    pub(super) fn new(
        codec: Arc<dyn Codec>,
        has: i64,
        allowance: Arc<Allowance>,
        outlet: Option<Arc<dyn Outlet>>,
    ) -> Self {
        let state = State {
            has,
            given: has,
            ..State::default()
        };
        Self {
            codec,
            state: Mutex::new(state),
            allowance,
            outlet,
        }
    }

    /// Lets entries leave, or queues them. What waited is dropped when there is too much of it: it will be read from the log.
    pub(super) fn push(&self, stretch: &Stretch) {
        let mut state = self.state.lock();
        let new = stretch.after(state.has);
        let Some(last) = new.last() else {
            return;
        };
        state.has = last;
        let new = match &self.outlet {
            Some(outlet) if state.is_open => state.offer(&**outlet, new),
            _ => new,
        };
        if state.is_open {
            return;
        }
        if !state.lagged && !new.frames().is_empty() {
            if self.allowance.take(new.frames()) {
                state.frames.push(new);
            } else {
                drop(state);
                return self.lag();
            }
        }
        wake(state);
    }

    /// Queues a signal, unless too much waits: what passes is kept for nobody.
    pub(super) fn pass(&self, signal: &Frame) {
        let mut state = self.state.lock();
        if !state.lagged && self.allowance.take(std::slice::from_ref(signal)) {
            state.frames.push(Stretch::new(vec![signal.clone()]));
            state.is_open = false;
            wake(state);
        }
    }

    /// There is no such conversation any more.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        state.is_open = false;
        wake(state);
    }

    /// What comes is not told here any more: the listener is to read the log from where it is.
    pub(super) fn lag(&self) {
        let mut state = self.state.lock();
        self.allowance.give_back(state.frames.iter());
        state.frames = Frames::default();
        state.lagged = true;
        state.is_open = false;
        wake(state);
    }

    /// From now on everything is queued.
    pub(super) fn shut(&self) {
        self.state.lock().is_open = false;
    }

    /// The last position that was taken out or has left.
    pub(super) fn given(&self) -> i64 {
        self.state.lock().given
    }

    /// Takes what waits, or has the task woken when there is something; until then what comes may leave by the outlet
    /// if the listener is idle. No frames at all mean that what has left is to be flushed.
    pub(super) fn poll_take(&self, cx: &Context<'_>, is_idle: bool) -> Poll<Taken> {
        let mut state = self.state.lock();
        if state.lagged {
            return Poll::Ready(Taken::Lagged(state.has));
        }
        if !state.frames.is_empty() || state.is_stuck {
            let frames = std::mem::take(&mut state.frames);
            state.given = frames.last().unwrap_or(state.given);
            state.is_stuck = false;
            drop(state);
            self.allowance.give_back(frames.iter());
            return Poll::Ready(Taken::Frames(frames));
        }
        if state.gone {
            return Poll::Ready(Taken::Gone);
        }
        if !state
            .waits
            .as_ref()
            .is_some_and(|waits| waits.will_wake(cx.waker()))
        {
            state.waits = Some(cx.waker().clone());
        }
        state.is_open = is_idle && self.outlet.is_some();
        Poll::Pending
    }
}

impl State {
    /// What is left of it for the queue.
    fn offer(&mut self, outlet: &dyn Outlet, new: Stretch) -> Stretch {
        let offered = outlet.offer(new.frames());
        self.given = last(&new.frames()[..offered.taken]).unwrap_or(self.given);
        self.is_stuck = offered.is_stuck;
        let rest = new.skip(offered.taken);
        self.is_open = rest.frames().is_empty() && !offered.is_stuck;
        rest
    }
}

/// The waker stays: mostly the same task waits again.
fn wake(state: parking_lot::MutexGuard<'_, State>) {
    let waits = state.waits.clone();
    drop(state);
    if let Some(waits) = waits {
        waits.wake();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.allowance.give_back(self.state.get_mut().frames.iter());
    }
}

#[cfg(test)]
mod tests {
    use crate::socket::Utf8Bytes;
    use parlor_engine::conversation::Chronicle;
    use parlor_model::live::Signal;
    use parlor_model::log::Item;

    use super::*;
    use crate::hub::{Offered, Turn};

    struct Silent;

    impl Codec for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }
        fn item(&self, _: &Item, _: &Chronicle) -> Option<Utf8Bytes> {
            None
        }
        fn signal(&self, _: &Signal) -> Option<Utf8Bytes> {
            None
        }
    }

    /// Takes so many frames before it is full; what is taken last does not leave.
    struct Narrow {
        room: usize,
        left: Mutex<Vec<i64>>,
    }

    impl Outlet for Narrow {
        fn offer(&self, frames: &[Frame]) -> Offered {
            let mut left = self.left.lock();
            let taken = frames.len().min(self.room - left.len());
            left.extend(frames[..taken].iter().filter_map(|frame| frame.seq));
            Offered {
                taken,
                is_stuck: left.len() == self.room,
            }
        }
    }

    struct Scene {
        outlet: Arc<Narrow>,
        reader: Reader,
    }

    impl Scene {
        fn new(room: usize) -> Self {
            let outlet = Arc::new(Narrow {
                room,
                left: Mutex::default(),
            });
            let reader = Reader::new(
                Arc::new(Silent),
                0,
                Arc::default(),
                Some(outlet.clone() as Arc<dyn Outlet>),
            );
            Self { outlet, reader }
        }

        fn push(&self, seqs: std::ops::RangeInclusive<i64>) {
            let frames = seqs.map(|seq| frame(Some(seq)));
            self.reader.push(&Stretch::new(frames.collect()));
        }

        /// Positions taken out; none while there is nothing to do.
        fn take(&self, is_idle: bool) -> Option<Vec<Option<i64>>> {
            let cx = Context::from_waker(Waker::noop());
            match self.reader.poll_take(&cx, is_idle) {
                Poll::Ready(Taken::Frames(frames)) => {
                    Some(frames.iter().map(|frame| frame.seq).collect())
                }
                Poll::Ready(_) => panic!("neither too slow nor gone"),
                Poll::Pending => None,
            }
        }

        fn left(&self) -> Vec<i64> {
            self.outlet.left.lock().clone()
        }
    }

    fn frame(seq: Option<i64>) -> Frame {
        Frame {
            seq,
            before: None,
            apart: None,
            text: Some(Utf8Bytes::from_static("words")),
            from: None,
            turn: Turn::None,
        }
    }

    #[test]
    fn what_comes_to_an_idle_listener_leaves_by_itself_once() {
        let scene = Scene::new(9);
        assert_eq!(scene.take(true), None);
        scene.push(1..=2);
        scene.push(2..=3);
        assert_eq!((scene.left(), scene.take(true)), (vec![1, 2, 3], None));
        assert_eq!(scene.reader.given(), 3);
    }

    #[test]
    fn what_comes_to_a_busy_listener_waits_and_keeps_its_place() {
        let scene = Scene::new(9);
        scene.push(1..=1);
        assert_eq!(scene.take(true), Some(vec![Some(1)]));
        // It has not asked again: it is still at work on the first.
        scene.push(2..=2);
        assert_eq!(scene.take(false), Some(vec![Some(2)]));
        assert_eq!(scene.take(false), None);
        scene.push(3..=3);
        assert_eq!((scene.left(), scene.reader.given()), (vec![], 2));
        assert_eq!(scene.take(true), Some(vec![Some(3)]));
        assert_eq!(scene.take(true), None);
        scene.reader.shut();
        scene.push(4..=4);
        assert!(scene.left().is_empty());
        assert_eq!(scene.take(true), Some(vec![Some(4)]));
    }

    #[test]
    fn nothing_overtakes_a_signal_that_waits() {
        let scene = Scene::new(9);
        assert_eq!(scene.take(true), None);
        scene.reader.pass(&frame(None));
        scene.push(1..=1);
        assert_eq!(scene.take(true), Some(vec![None, Some(1)]));
        assert!(scene.left().is_empty());
    }

    #[test]
    fn what_does_not_leave_is_the_listeners_to_see_to() {
        let scene = Scene::new(2);
        assert_eq!(scene.take(true), None);
        scene.push(1..=3);
        // The first two are in the outlet, the third waits: nothing else goes past it.
        scene.push(4..=4);
        assert_eq!((scene.left(), scene.reader.given()), (vec![1, 2], 2));
        assert_eq!(scene.take(true), Some(vec![Some(3), Some(4)]));
        assert_eq!(scene.take(true), None);
        assert_eq!(scene.reader.given(), 4);

        let scene = Scene::new(1);
        assert_eq!(scene.take(true), None);
        scene.push(1..=1);
        // There are no more frames, but the one before is to be flushed.
        assert_eq!(scene.take(true), Some(vec![]));
        assert_eq!(scene.take(true), None);
    }
}
