//! One listener's queue.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::allowance::Allowance;
use super::codec::{Codec, Frame};

/// What a room pushes into and a feed takes out of.
pub(super) struct Reader {
    pub(super) codec: Arc<dyn Codec>,
    state: Mutex<State>,
    wake: Notify,
    /// How much may wait here, and elsewhere for the same listener.
    allowance: Arc<Allowance>,
}

#[derive(Default)]
struct State {
    frames: VecDeque<Frame>,
    /// Positions up to here it has already.
    has: i64,
    /// Set once the queue overflowed: nothing is pushed any more.
    lagged: Option<i64>,
    gone: bool,
}

/// What is taken out of a queue.
pub(super) enum Taken {
    Frames(Vec<Frame>),
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
            wake: Notify::new(),
            allowance,
        }
    }

    /// Queues frames. What waited is dropped when there is too much of it: it will be read from the log.
    pub(super) fn push(&self, frames: &[Frame]) {
        let mut state = self.state.lock();
        for frame in frames {
            if let Some(seq) = frame.seq {
                if seq <= state.has {
                    continue;
                }
                state.has = seq;
            }
            if state.lagged.is_some() {
                continue;
            }
            if !self.allowance.take() {
                self.allowance.give_back(state.frames.len());
                state.frames = VecDeque::new();
                state.lagged = Some(0);
                continue;
            }
            state.frames.push_back(frame.clone());
        }
        if state.lagged.is_some() {
            state.lagged = Some(state.has);
        }
        drop(state);
        self.wake.notify_one();
    }

    /// There is no such conversation any more.
    pub(super) fn end(&self) {
        self.state.lock().gone = true;
        self.wake.notify_one();
    }

    /// Waits until there is something. Nothing is lost when the wait is given up.
    pub(super) async fn take(&self) -> Taken {
        loop {
            {
                let mut state = self.state.lock();
                if let Some(to) = state.lagged {
                    return Taken::Lagged(to);
                }
                if !state.frames.is_empty() {
                    self.allowance.give_back(state.frames.len());
                    return Taken::Frames(std::mem::take(&mut state.frames).into());
                }
                if state.gone {
                    return Taken::Gone;
                }
            }
            self.wake.notified().await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.allowance.give_back(self.state.get_mut().frames.len());
    }
}
