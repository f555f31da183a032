//! The listeners of one conversation on this node.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_engine::Engine;
use parlor_engine::conversation::{Chronicle, chronicle};
use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Kind;
use parlor_model::live::Signal;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error};
use uuid::Uuid;

use super::codec::{Codec, Frame};
use super::made::Made;
use super::presence::Change;
use super::reader::Reader;

/// Entries read from the log at a time.
pub(super) const STRETCH: i64 = 256;

/// After a failed read.
const SOON: Duration = Duration::from_millis(50);
/// After many.
const LATE: Duration = Duration::from_secs(5);

pub(super) struct Room {
    workspace: WorkspaceRef,
    conversation: i64,
    state: Mutex<State>,
}

struct State {
    /// Every listener has, or has waiting, what is up to here.
    last: i64,
    /// The log is known to reach this.
    target: i64,
    /// Somebody is reading the log for the listeners.
    busy: bool,
    /// Copied when it changes while something is handed out.
    readers: Arc<Vec<Arc<Reader>>>,
}

impl Room {
    pub(super) fn new(workspace: WorkspaceRef, conversation: i64, last: i64) -> Self {
        Self {
            workspace,
            conversation,
            state: Mutex::new(State {
                last,
                target: last,
                busy: false,
                readers: Arc::default(),
            }),
        }
    }

    /// Takes a listener that has everything up to a position, unless the others have more.
    pub(super) fn attach(&self, reader: &Arc<Reader>, has: i64) -> bool {
        let mut state = self.state.lock();
        let caught_up = has >= state.last;
        if caught_up {
            Arc::make_mut(&mut state.readers).push(reader.clone());
        }
        caught_up
    }

    /// Lets a listener go; tells whether any is left.
    pub(super) fn detach(&self, reader: &Arc<Reader>) -> bool {
        let mut state = self.state.lock();
        Arc::make_mut(&mut state.readers).retain(|other| !Arc::ptr_eq(other, reader));
        !state.readers.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().readers.is_empty()
    }

    /// Notes how far the log reaches; tells whether the caller is to read it for the listeners.
    pub(super) fn grew(&self, seq: i64) -> bool {
        let mut state = self.state.lock();
        state.target = state.target.max(seq);
        !std::mem::replace(&mut state.busy, true)
    }

    /// How far the listeners have come.
    pub(super) fn last(&self) -> i64 {
        self.state.lock().last
    }

    pub(super) fn end(&self) {
        for reader in self.state.lock().readers.iter() {
            reader.end();
        }
    }

    /// Passes something on to everybody but the connection it came by.
    pub(super) fn signal(&self, signal: &Signal) {
        self.pass(|codec| Frame::signal(codec, signal));
    }

    /// Tells everybody who came and who went.
    pub(super) fn presence(&self, change: &Change) {
        self.pass(|codec| Frame::presence(codec, change));
    }

    /// Something that has no place in the log, made once for each vocabulary.
    fn pass(&self, make: impl Fn(&dyn Codec) -> Frame) {
        let mut frames: Vec<(&'static str, Frame)> = Vec::new();
        for reader in self.state.lock().readers.iter() {
            let name = reader.codec.name();
            let known = frames.iter().find(|(known, _)| *known == name);
            let frame = match known {
                Some((_, frame)) => frame.clone(),
                None => {
                    let frame = make(&*reader.codec);
                    frames.push((name, frame.clone()));
                    frame
                }
            };
            if frame.text.is_some() {
                reader.pass(&frame);
            }
        }
    }

    /// Reads the log for the listeners until they have all of it. A failed read is tried again, later each time: no
    /// listener ever skips a position.
    pub(super) async fn pump(&self, engine: &Engine) {
        let mut pause = SOON;
        loop {
            let (last, known) = {
                let state = self.state.lock();
                (state.last, state.target)
            };
            let read = self.read(engine, last).await;
            if let Err(error) = &read
                && !matches!(error.kind(), Kind::NotFound(_))
                && !self.is_empty()
            {
                tracing::warn!(?error, "a conversation was not read for its listeners");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LATE);
                continue;
            }
            let found = self.state.lock().take(read, known);
            if let Some((found, readers)) = found {
                Made::new(found).hand_out(readers).await;
            }
            if self.state.lock().is_done() {
                return;
            }
        }
    }

    /// Whatever reads the log for the listeners has failed: each reads it by itself, and whoever is told of the next
    /// growth reads again.
    pub(super) fn give_up(&self) {
        let mut state = self.state.lock();
        state.busy = false;
        state.readers.iter().for_each(|reader| reader.lag());
    }

    async fn read(&self, engine: &Engine, after: i64) -> Result<Chronicle, Error> {
        let ctx = Ctx::unbound(self.workspace, Scopes::all(), Uuid::nil());
        let key = ConversationKey::Number(self.conversation);
        chronicle(engine, &ctx, key, after, STRETCH).await
    }
}

impl State {
    /// Takes what was read when the log was known to reach a position, and tells who is to get it. Whoever comes from
    /// now on has it already, or reads it for itself.
    fn take(
        &mut self,
        read: Result<Chronicle, Error>,
        known: i64,
    ) -> Option<(Chronicle, Arc<Vec<Arc<Reader>>>)> {
        let Ok(found) = read else {
            // It was deleted, or nobody is left who could be told that it was not read.
            self.target = self.last;
            self.readers.iter().for_each(|reader| reader.end());
            return None;
        };
        if let Some(item) = found.items.last() {
            self.last = self.last.max(item.seq());
        }
        // What was told of before the read and is not there is not waited for. What was told of meanwhile is still to
        // be read: the read may have seen the log as it was before.
        if self.target == known {
            self.target = known.min(found.last_seq.max(self.last));
        }
        Some((found, self.readers.clone()))
    }

    /// Whether that is all for now.
    fn is_done(&mut self) -> bool {
        self.busy = self.last < self.target && !self.readers.is_empty();
        !self.busy
    }
}
