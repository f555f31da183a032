//! How a conversation is told in one vocabulary.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use parlor_engine::conversation::Chronicle;
use parlor_model::conversation::State;
use parlor_model::live::Signal;
use parlor_model::log::{EntryKind, Item};
use serde_json::Value;
use uuid::Uuid;

use super::presence::Change;

/// The words of a vocabulary. Frames are made once for all who listen with a codec of one name.
pub trait Codec: Send + Sync + 'static {
    /// Different for codecs that tell things differently.
    fn name(&self) -> &'static str;
    /// An entry of a log; nothing where the vocabulary has no word for it. What it names is in the chronicle.
    fn item(&self, item: &Item, known: &Chronicle) -> Option<Utf8Bytes>;
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
}

impl Frame {
    pub(super) fn item(codec: &dyn Codec, item: &Item, known: &Chronicle) -> Self {
        Self {
            seq: Some(item.seq()),
            text: codec.item(item, known),
            from: None,
            turn: Turn::of(item),
        }
    }

    pub(super) fn signal(codec: &dyn Codec, signal: &Signal) -> Self {
        Self {
            seq: None,
            text: codec.signal(signal),
            from: Some(signal.from),
            turn: Turn::None,
        }
    }

    pub(super) fn presence(codec: &dyn Codec, change: &Change) -> Self {
        Self {
            seq: None,
            text: codec.presence(change),
            from: None,
            turn: Turn::None,
        }
    }
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
