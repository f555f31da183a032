//! What a dialect says on a stream.

use std::future::Future;

use crate::socket::Utf8Bytes;
use parlor_engine::conversation::Chronicle;
use parlor_model::Result;
use parlor_model::live::Signal;
use parlor_model::log::Item;

use super::event::Event;
use super::position::Epoch;
use crate::hub::{Apart, Codec, ResumePoint};
use crate::socket::Ending;

/// The events of a vocabulary. What is told of the log is made once for all who read the conversation.
pub trait Words: Send + Sync + 'static {
    /// Different for words that tell things differently.
    const NAME: &'static str;
    /// An entry of the log; nothing where there is no word for it. What it names is in the chronicle.
    fn item(&self, item: &Item, known: &Chronicle) -> Option<Event>;
    /// What each reader is told by itself, where an entry shows something else to each: the stream's [`Guard`] words it.
    fn apart(&self, item: &Item, known: &Chronicle) -> Option<Apart> {
        let _ = (item, known);
        None
    }
    /// Something passing.
    fn signal(&self, signal: &Signal) -> Option<Event>;
    /// Said first: where the stream takes up the log.
    fn opened(&self, taken: ResumePoint) -> Event;
    /// Said last, where the stream does not end by itself: why it is over.
    fn ended(&self, why: Ending) -> Event;
}

/// What opened a stream, and keeps it open.
pub trait Guard: Send + Sync + 'static {
    /// Whether what opened it would do so again: the credential holds, and the reader may read.
    fn check(&self) -> impl Future<Output = Result<()>> + Send;

    /// Words for what this reader is told by itself; nothing where it concerns others, or is gone meanwhile.
    ///
    /// # Errors
    /// Those of [`Guard::check`], and of reading.
    fn tell(&self, apart: Apart) -> impl Future<Output = Result<Option<Event>>> + Send {
        let _ = apart;
        async { Ok(None) }
    }
}

/// A vocabulary's events with their positions.
pub(super) struct Told<W> {
    pub(super) words: std::sync::Arc<W>,
    pub(super) epoch: Epoch,
}

impl<W: Words> Codec for Told<W> {
    fn name(&self) -> &'static str {
        W::NAME
    }

    fn item(&self, item: &Item, known: &Chronicle) -> Option<Utf8Bytes> {
        let event = self.words.item(item, known)?;
        Some(event.text(Some(&self.epoch.id(item.seq()))).into())
    }

    fn apart(&self, item: &Item, known: &Chronicle) -> Option<Apart> {
        self.words.apart(item, known)
    }

    fn signal(&self, signal: &Signal) -> Option<Utf8Bytes> {
        self.words
            .signal(signal)
            .map(|event| event.text(None).into())
    }
}
