//! Queued frames: batches that are shared by all subscribers with the same encoder.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::Frame;

/// Frames in order.
#[derive(Debug, Clone, Default)]
pub struct FrameQueue {
    /// The first batch needs no allocation; mostly there is only one.
    first: Option<FrameBatch>,
    more: VecDeque<FrameBatch>,
}

/// A part of the log, encoded once.
#[derive(Debug, Clone)]
pub(super) struct FrameBatch {
    frames: Arc<[Frame]>,
    start: usize,
}

impl FrameBatch {
    pub(super) fn new(frames: Vec<Frame>) -> Self {
        Self {
            frames: frames.into(),
            start: 0,
        }
    }

    /// Returns the frames after a seq.
    pub(super) fn after_seq(&self, after: i64) -> Self {
        let is_delivered = |frame: &Frame| frame.seq.is_some_and(|seq| seq <= after);
        Self {
            frames: self.frames.clone(),
            start: self.start + self.frames().partition_point(is_delivered),
        }
    }

    /// Drops the first `frames` frames.
    pub(super) fn skip(mut self, frames: usize) -> Self {
        self.start = (self.start + frames).min(self.frames.len());
        self
    }

    pub(super) fn frames(&self) -> &[Frame] {
        &self.frames[self.start..]
    }

    /// Returns the last seq in the batch.
    pub(super) fn last_seq(&self) -> Option<i64> {
        last_seq(self.frames())
    }
}

impl FrameQueue {
    pub(super) fn push(&mut self, batch: FrameBatch) {
        if self.first.is_none() {
            self.first = Some(batch);
        } else {
            self.more.push_back(batch);
        }
    }

    fn batches(&self) -> impl DoubleEndedIterator<Item = &FrameBatch> {
        self.first.iter().chain(&self.more)
    }

    /// Iterates over all frames.
    pub fn iter(&self) -> impl Iterator<Item = &Frame> {
        self.batches().flat_map(FrameBatch::frames)
    }

    /// Returns the number of frames.
    pub fn len(&self) -> usize {
        self.batches().map(|batch| batch.frames().len()).sum()
    }

    /// Returns whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.batches().all(|batch| batch.frames().is_empty())
    }

    /// Returns the last seq in the queue.
    pub(super) fn last_seq(&self) -> Option<i64> {
        self.batches().rev().find_map(FrameBatch::last_seq)
    }
}

/// Returns the last seq in a slice of frames.
pub(super) fn last_seq(frames: &[Frame]) -> Option<i64> {
    frames.iter().rev().find_map(|frame| frame.seq)
}

impl IntoIterator for FrameQueue {
    type Item = Frame;
    type IntoIter = std::vec::IntoIter<Frame>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter().cloned().collect::<Vec<_>>().into_iter()
    }
}

impl From<Vec<Frame>> for FrameQueue {
    fn from(frames: Vec<Frame>) -> Self {
        let mut all = Self::default();
        all.push(FrameBatch::new(frames));
        all
    }
}
