//! One listener's queue.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use super::allowance::Allowance;
use super::codec::{Codec, Frame};
use super::frames::{Frames, Stretch};

/// What a room pushes into and a feed takes out of.
pub(super) struct Reader {
    pub(super) codec: Arc<dyn Codec>,
    state: Mutex<State>,
    /// How much may wait here, and elsewhere for the same listener.
    allowance: Arc<Allowance>,
}

#[derive(Default)]
struct State {
    frames: Frames,
    /// Positions up to here it has already.
    has: i64,
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
    pub(super) fn new(codec: Arc<dyn Codec>, has: i64, allowance: Arc<Allowance>) -> Self {
        let state = State {
            has,
            ..State::default()
        };
        Self {
            codec,
            state: Mutex::new(state),
            allowance,
        }
    }

    /// Queues entries. What waited is dropped when there is too much of it: it will be read from the log.
    pub(super) fn push(&self, stretch: &Stretch) {
        let mut state = self.state.lock();
        let new = stretch.after(state.has);
        let Some(last) = new.last() else {
            return;
        };
        state.has = last;
        if !state.lagged {
            if self.allowance.take(new.frames()) {
                state.frames.push(new);
            } else {
                self.allowance.give_back(state.frames.iter());
                state.frames = Frames::default();
                state.lagged = true;
            }
        }
        wake(state);
    }

    /// Queues a signal, unless too much waits: what passes is kept for nobody.
    pub(super) fn pass(&self, signal: &Frame) {
        let mut state = self.state.lock();
        if !state.lagged && self.allowance.take(std::slice::from_ref(signal)) {
            state.frames.push(Stretch::new(vec![signal.clone()]));
            wake(state);
        }
    }

    /// There is no such conversation any more.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        wake(state);
    }

    /// Takes what waits, or has the task woken when there is something.
    pub(super) fn poll_take(&self, cx: &Context<'_>) -> Poll<Taken> {
        let mut state = self.state.lock();
        if state.lagged {
            return Poll::Ready(Taken::Lagged(state.has));
        }
        if !state.frames.is_empty() {
            let frames = std::mem::take(&mut state.frames);
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
        Poll::Pending
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
