//! The life of a stream between its first word and its last.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use axum::body::Bytes;
use bytes::BytesMut;
use parlor_kit::Patience;
use parlor_model::error::Kind;
use parlor_model::{Ctx, Error};
use tokio::sync::mpsc;

use super::position::Epoch;
use super::words::{Guard, Words};
use crate::hub::{Apart, Feed, Frame, Heard, Turn};
use crate::pulse::{Beat, Tick};
use crate::socket::{Ending, Left};
use crate::{Gateway, Seat};

/// Says that the stream is still there; readers pass over it.
const BEAT: &str = ":\n\n";
/// Bytes that leave together.
const CHUNK: usize = 16 * 1024;

pub(super) struct Line<W, G> {
    pub(super) feed: Feed,
    pub(super) words: Arc<W>,
    pub(super) epoch: Epoch,
    pub(super) guard: G,
    pub(super) member: Option<i64>,
    pub(super) patience: Patience,
    /// What is to be said, in order.
    pub(super) waiting: VecDeque<Utf8Bytes>,
    pub(super) watch: Watch,
    /// Given back with the line.
    pub(super) _seat: Seat,
}

/// When the credential is looked at, a heartbeat is due, or the server stops.
pub(super) struct Watch {
    beat: Beat,
    is_over: bool,
    _busy: Option<mpsc::Sender<Infallible>>,
}

impl Watch {
    pub(super) fn new(gateway: &Gateway, ctx: &Ctx) -> Self {
        Self {
            beat: Beat::one_way(gateway, ctx),
            is_over: false,
            _busy: gateway.busy(),
        }
    }
}

impl<W: Words, G: Guard> Line<W, G> {
    /// What is said next; nothing more after the end.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        while self.waiting.is_empty() && !self.watch.is_over {
            self.wait().await;
        }
        self.take()
    }

    /// As much of what waits as leaves at once: small events together, a large one without being copied.
    fn take(&mut self) -> Option<Bytes> {
        let first = self.waiting.pop_front()?;
        let mut room = CHUNK.saturating_sub(first.len());
        let mut fits = |text: &Utf8Bytes| {
            let left = room.checked_sub(text.len());
            room = left.unwrap_or_default();
            left.is_some()
        };
        let more = self
            .waiting
            .iter()
            .map_while(|text| Some(text).filter(|text| fits(text)));
        let count = more.count();
        if count == 0 {
            return Some(first.into());
        }
        let mut chunk = BytesMut::with_capacity(CHUNK);
        chunk.extend_from_slice(first.as_bytes());
        for text in self.waiting.drain(..count) {
            chunk.extend_from_slice(text.as_bytes());
        }
        Some(chunk.freeze())
    }

    /// Waits for one thing to happen.
    async fn wait(&mut self) {
        tokio::select! {
            heard = self.feed.next() => match heard {
                Ok(heard) => self.pass_on(heard).await,
                Err(error) if matches!(error.kind(), Kind::Forbidden(_)) => {
                    self.end(Ending::Forbidden);
                }
                Err(error) => {
                    tracing::warn!(?error, "a stream lost its conversation");
                    self.end(Ending::Broken);
                }
            },
            tick = self.watch.beat.next() => match tick {
                Ok(Tick::Check) => self.look().await,
                Ok(Tick::Ping) => self.waiting.push_back(Utf8Bytes::from_static(BEAT)),
                Err(Left::With(why)) => self.end(why),
                Err(Left::Away) => self.watch.is_over = true,
            },
        }
    }

    async fn pass_on(&mut self, heard: Heard) {
        let frames = match heard {
            Heard::Frames(frames) => frames,
            // What it has missed comes from the log, with positions of its own: there is nothing to be done about it.
            Heard::Lagged { .. } => return,
            Heard::Gone => return self.end(Ending::Deleted),
        };
        for frame in frames {
            let concerns = self.concerns(&frame);
            let is_broken = matches!(frame.turn, Turn::Broken);
            self.waiting.extend(frame.texts().cloned());
            if let (Some(apart), Some(seq)) = (frame.apart, frame.seq) {
                self.tell(apart, seq).await;
            }
            if is_broken {
                self.end(Ending::Broken);
            } else if concerns {
                self.look().await;
            }
            if self.watch.is_over {
                return;
            }
        }
    }

    /// Says what this reader is told by itself. A position that cannot be told ends the stream: going on would leave it
    /// out, and the reader comes back for it.
    async fn tell(&mut self, apart: Apart, seq: i64) {
        match self.guard.tell(apart).await {
            Ok(Some(event)) => {
                let text = event.text(Some(&self.epoch.id(seq)));
                self.waiting.push_back(text.into());
            }
            Ok(None) => {}
            Err(error) => self.end(refusal(&error).unwrap_or(Ending::Broken)),
        }
    }

    /// Whether the reader may have lost the conversation with this entry.
    fn concerns(&self, frame: &Frame) -> bool {
        match &frame.turn {
            Turn::Left(members) => self.member.is_some_and(|own| members.contains(&own)),
            Turn::None | Turn::Closed | Turn::Broken => false,
        }
    }

    /// Ends the stream where it would not be opened again. A database that does not answer for a moment has taken
    /// nothing away.
    async fn look(&mut self) {
        let refused = self.guard.check().await.err();
        if let Some(why) = refused.as_ref().and_then(refusal) {
            self.end(why);
        }
    }

    fn end(&mut self, why: Ending) {
        self.watch.is_over = true;
        let last = self.words.ended(why).text(None);
        self.waiting.push_back(last.into());
    }
}

impl<W, G> Drop for Line<W, G> {
    fn drop(&mut self) {
        // The connection may carry other answers after this one.
        self.patience.lift();
    }
}

fn refusal(error: &Error) -> Option<Ending> {
    match error.kind() {
        Kind::Unauthenticated(_) => Some(Ending::Credential),
        Kind::Forbidden(_) => Some(Ending::Forbidden),
        Kind::NotFound(_) => Some(Ending::Deleted),
        _ => None,
    }
}
