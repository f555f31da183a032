//! How a conversation is told in one vocabulary.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::socket::Utf8Bytes;
use parlor_engine::conversation::Chronicle;
use parlor_model::conversation::State;
use parlor_model::id::MessageId;
use parlor_model::live::Signal;
use parlor_model::log::{EntryKind, Item};
use serde_json::Value;
use uuid::Uuid;

use super::presence::Change;

/// Something of a message that is not the same for all who hear of it: it is told to each of them by itself, in place of
/// the frame that all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apart {
    /// What it is called.
    pub event: &'static str,
    /// The message.
    pub message: MessageId,
    /// Whom it concerns.
    pub concerns: Concerns,
}

/// Whom something concerns that each listener is told by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// Everybody.
    Everybody,
    /// The member whose opinion it is, and those who see everybody's; without a member everybody.
    OpinionOf(Option<i64>),
}

/// The words of a vocabulary. Frames are made once for all who listen with a codec of one name.
pub trait Codec: Send + Sync + 'static {
    /// Different for codecs that tell things differently.
    fn name(&self) -> &'static str;
    /// An entry of a log; nothing where the vocabulary has no word for it. What it names is in the chronicle.
    fn item(&self, item: &Item, known: &Chronicle) -> Option<Utf8Bytes>;
    /// What is said before that word, where an entry takes several frames.
    fn before(&self, item: &Item, known: &Chronicle) -> Vec<Utf8Bytes> {
        let _ = (item, known);
        Vec::new()
    }
    /// What each listener is told by itself, where an entry shows something else to each. Only streams do so.
    fn apart(&self, item: &Item, known: &Chronicle) -> Option<Apart> {
        let _ = (item, known);
        None
    }
    /// Something passing.
    fn signal(&self, signal: &Signal) -> Option<Utf8Bytes>;
    /// Who came and who went; nothing where the vocabulary does not tell.
    fn presence(&self, change: &Change) -> Option<Utf8Bytes> {
        let _ = change;
        None
    }
}

/// What a listener gets: the bytes, and what its session must know of them.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The position in the log; none for a signal.
    pub seq: Option<i64>,
    /// What is sent; nothing where the vocabulary has no word for it.
    pub text: Option<Utf8Bytes>,
    /// What is sent before it, where the vocabulary needs several frames for one entry.
    pub before: Option<Arc<[Utf8Bytes]>>,
    /// What is told to each listener by itself.
    pub apart: Option<Apart>,
    /// The connection that caused it, which is not told.
    pub from: Option<Uuid>,
    /// What it means for who listens.
    pub turn: Turn,
}

/// What an entry means for those who listen.
#[derive(Debug, Clone)]
pub enum Turn {
    /// Nothing.
    None,
    /// These members take part no more.
    Left(Arc<[i64]>),
    /// The conversation is over.
    Closed,
    /// It could not be told: the codec failed. Going on would leave out a position.
    Broken,
}

impl Frame {
    pub(super) fn item(codec: &dyn Codec, item: &Item, known: &Chronicle) -> Self {
        let made = contained(codec, || {
            let apart = codec.apart(item, known);
            (codec.before(item, known), codec.item(item, known), apart)
        });
        let (before, text, apart, turn) = match made {
            Some((before, text, apart)) => (before, text, apart, Turn::of(item)),
            None => (Vec::new(), None, None, Turn::Broken),
        };
        Self {
            seq: Some(item.seq()),
            text,
            before: (!before.is_empty()).then(|| before.into()),
            apart,
            from: None,
            turn,
        }
    }

    pub(super) fn signal(codec: &dyn Codec, signal: &Signal) -> Self {
        Self {
            seq: None,
            text: contained(codec, || codec.signal(signal)).flatten(),
            before: None,
            apart: None,
            from: Some(signal.from),
            turn: Turn::None,
        }
    }

    pub(super) fn presence(codec: &dyn Codec, change: &Change) -> Self {
        Self {
            seq: None,
            text: contained(codec, || codec.presence(change)).flatten(),
            before: None,
            apart: None,
            from: None,
            turn: Turn::None,
        }
    }

    /// All that is sent, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Utf8Bytes> {
        let before = self.before.iter().flat_map(|texts| texts.iter());
        before.chain(&self.text)
    }
}

/// What a codec makes; nothing where it panics. It runs on tasks that serve others as well, and on the thread that has
/// committed: there a panic must end no more than what this codec's listeners hear. What it panicked with may be words
/// of the conversation.
fn contained<T>(codec: &dyn Codec, make: impl FnOnce() -> T) -> Option<T> {
    let made = catch_unwind(AssertUnwindSafe(make));
    if made.is_err() {
        tracing::error!(codec = codec.name(), "a codec panicked");
    }
    made.ok()
}

impl Turn {
    fn of(item: &Item) -> Self {
        let Item::Entry(entry) = item else {
            return Self::None;
        };
        let payload = || serde_json::from_str::<Value>(&entry.payload).unwrap_or_default();
        match entry.kind {
            EntryKind::Left | EntryKind::Removed => {
                let payload = payload();
                let members = payload["members"].as_array().into_iter().flatten();
                Self::Left(members.filter_map(Value::as_i64).collect())
            }
            EntryKind::Changed if payload()["state"] == State::Closed.word() => Self::Closed,
            _ => Self::None,
        }
    }
}
