//! Progress of one subscriber in the answer that is streamed to it.

use parlor_model::id::MessageId;

use crate::hub::frame::{Frame, StreamPart, StreamPartKind};

/// What a subscriber has received of a streamed answer.
#[derive(Default)]
pub(super) struct StreamProgress {
    /// Id of the answer's message and the index of the next delta; `None` if no stream is received.
    current: Option<(MessageId, u32)>,
    /// The stream before, whose message is in the log and has not been received yet: the events of a turn may overtake
    /// it.
    previous: Option<MessageId>,
    /// The stream follows the log entries up to here.
    after_seq: i64,
    /// Parts received before those entries: the events of a turn may overtake the message that it answers.
    held: Vec<Frame>,
}

/// What to do with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamStep {
    /// It is not a part of a stream, or continues the current one.
    Queue,
    /// It continues a stream whose question the subscriber has not received.
    Hold,
    /// It does not continue the current stream.
    Drop,
}

impl StreamProgress {
    /// Moves on by a frame, for a subscriber that has received the log up to `queued_seq`. The second value are held
    /// parts that a new stream has replaced.
    pub(super) fn advance(&mut self, frame: &Frame, queued_seq: i64) -> (StreamStep, Vec<Frame>) {
        let Some(part) = frame.stream_part else {
            return (StreamStep::Queue, Vec::new());
        };
        let mut replaced = Vec::new();
        if let StreamPartKind::Start { after_seq, .. } = part.kind {
            replaced = std::mem::take(&mut self.held);
            self.after_seq = after_seq;
            let received = self.message().filter(|_| replaced.is_empty());
            if let Some(before) = received.filter(|before| *before != part.message) {
                self.previous = Some(before);
            }
        }
        let step = match self.continue_with(part) {
            false => StreamStep::Drop,
            true if self.after_seq > queued_seq => StreamStep::Hold,
            true => StreamStep::Queue,
        };
        (step, replaced)
    }

    /// Returns whether a part continues the stream, and moves that on.
    fn continue_with(&mut self, part: StreamPart) -> bool {
        let is_current = self
            .current
            .is_some_and(|(message, _)| message == part.message);
        match (part.kind, &mut self.current) {
            (StreamPartKind::Start { next_index, .. }, current) => {
                *current = Some((part.message, next_index));
                true
            }
            (StreamPartKind::Delta(index), Some((_, next))) if is_current => {
                let continues = index == *next;
                match index <= *next {
                    true => *next += u32::from(continues),
                    // Missed a part.
                    false => self.current = None,
                }
                continues
            }
            (StreamPartKind::End, current) if is_current => {
                *current = None;
                true
            }
            (StreamPartKind::Delta(_) | StreamPartKind::End, _) => false,
        }
    }

    /// Keeps a part until the entries before it have been received.
    pub(super) fn hold(&mut self, frame: Frame) {
        self.held.push(frame);
    }

    /// Returns the held parts if the entries before them have been received.
    pub(super) fn take_due(&mut self, queued_seq: i64) -> Vec<Frame> {
        match self.after_seq <= queued_seq {
            true => std::mem::take(&mut self.held),
            false => Vec::new(),
        }
    }

    /// Returns the message whose stream has been received so far.
    fn message(&self) -> Option<MessageId> {
        self.current.map(|(message, _)| message)
    }

    /// Returns whether the stream of a message was received, or is held.
    pub(super) fn knows(&self, message: MessageId) -> bool {
        self.previous == Some(message) || self.message() == Some(message)
    }

    /// Ends the stream of a message that the log holds. Returns whether the stream was received, and the parts of it that
    /// were held.
    pub(super) fn take_stored(&mut self, message: MessageId) -> (bool, Vec<Frame>) {
        if self.previous == Some(message) {
            self.previous = None;
            return (true, Vec::new());
        }
        let is_current = self.message() == Some(message);
        let held = match is_current {
            true => self.reset(),
            false => Vec::new(),
        };
        (is_current && held.is_empty(), held)
    }

    /// Parts that are held.
    pub(super) fn held(&self) -> &[Frame] {
        &self.held
    }

    /// Ends the stream for this subscriber; returns the held parts.
    pub(super) fn reset(&mut self) -> Vec<Frame> {
        self.current = None;
        self.previous = None;
        std::mem::take(&mut self.held)
    }
}
