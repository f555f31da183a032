//! What waits for a listener: stretches of frames that all listeners of a vocabulary share.

use std::collections::VecDeque;
use std::sync::Arc;

use super::codec::Frame;

/// Frames in order.
#[derive(Debug, Clone, Default)]
pub struct Frames {
    /// Mostly there is one, which needs no room of its own.
    first: Option<Stretch>,
    more: VecDeque<Stretch>,
}

/// A part of a log, made into frames once.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    frames: Arc<[Frame]>,
    from: usize,
}

impl Stretch {
    pub(super) fn new(frames: Vec<Frame>) -> Self {
        Self {
            frames: frames.into(),
            from: 0,
        }
    }

    /// The same without what stands at or before a position.
    pub(super) fn after(&self, has: i64) -> Self {
        let known = |frame: &Frame| frame.seq.is_some_and(|seq| seq <= has);
        Self {
            frames: self.frames.clone(),
            from: self.from + self.frames().partition_point(known),
        }
    }

    /// The same without so many of the first.
    pub(super) fn skip(mut self, frames: usize) -> Self {
        self.from = (self.from + frames).min(self.frames.len());
        self
    }

    pub(super) fn frames(&self) -> &[Frame] {
        &self.frames[self.from..]
    }

    /// The last position in it.
    pub(super) fn last(&self) -> Option<i64> {
        last(self.frames())
    }
}

impl Frames {
    pub(super) fn push(&mut self, stretch: Stretch) {
        if self.first.is_none() {
            self.first = Some(stretch);
        } else {
            self.more.push_back(stretch);
        }
    }

    fn stretches(&self) -> impl DoubleEndedIterator<Item = &Stretch> {
        self.first.iter().chain(&self.more)
    }

    /// Each frame.
    pub fn iter(&self) -> impl Iterator<Item = &Frame> {
        self.stretches().flat_map(Stretch::frames)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.stretches().map(|some| some.frames().len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stretches().all(|some| some.frames().is_empty())
    }

    /// The last position in them.
    pub(super) fn last(&self) -> Option<i64> {
        self.stretches().rev().find_map(Stretch::last)
    }
}

/// The last position in some frames.
pub(super) fn last(frames: &[Frame]) -> Option<i64> {
    frames.iter().rev().find_map(|frame| frame.seq)
}

impl IntoIterator for Frames {
    type Item = Frame;
    type IntoIter = std::vec::IntoIter<Frame>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter().cloned().collect::<Vec<_>>().into_iter()
    }
}

impl From<Vec<Frame>> for Frames {
    fn from(frames: Vec<Frame>) -> Self {
        let mut all = Self::default();
        all.push(Stretch::new(frames));
        all
    }
}
