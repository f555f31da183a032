//! Progress of one subscriber in the answer that is streamed to it.

use parlor_model::id::MessageId;

use crate::hub::frame::{Frame, StreamPart, StreamPartKind};

/// What a subscriber has received of a streamed answer. A stream whose beginning was received gets an end, or the stored
/// message, whatever part of it is missed.
#[derive(Default)]
pub(in crate::hub) struct StreamProgress {
    /// The stream whose beginning was received, and not its end.
    open: Option<Stream>,
    /// A stream that the subscriber receives after the log entries before it.
    held: Option<HeldStream>,
    /// The newest answer that was received from the log: a part of it that comes later is void.
    stored: Option<MessageId>,
}

#[derive(Clone, Copy)]
struct Stream {
    message: MessageId,
    /// Index of the next delta; `None` after a missed part.
    next_index: Option<u32>,
}

struct HeldStream {
    stream: Stream,
    /// It follows the log entries up to here: the events of a turn may overtake the message that it answers.
    after_seq: i64,
    parts: Vec<Frame>,
    has_ended: bool,
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

/// Effects of a frame on the progress.
pub(super) struct StreamAdvance {
    pub(super) step: StreamStep,
    /// A stream whose end was missed: it has to be ended before.
    pub(super) unended: Option<MessageId>,
    /// Held parts that a new beginning has replaced.
    pub(super) replaced: Vec<Frame>,
}

/// Held parts that are due.
#[derive(Default)]
pub(super) struct DueParts {
    /// A stream whose end was missed: it has to be ended before.
    pub(super) unended: Option<MessageId>,
    pub(super) parts: Vec<Frame>,
}

/// How a subscriber receives a stored answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoredForm {
    /// As all others do.
    Whole,
    /// As the end of the stream that was received without a gap.
    EndOfStream,
}

impl Stream {
    /// Returns whether a delta continues the stream, and moves that on.
    fn continue_with(&mut self, index: u32) -> bool {
        let Some(next) = self.next_index else {
            return false;
        };
        if index > next {
            self.next_index = None;
        } else if index == next {
            self.next_index = Some(next + 1);
        }
        index == next
    }
}

impl StreamProgress {
    /// Moves on by a frame, for a subscriber that has received the log up to `queued_seq`.
    pub(super) fn advance(&mut self, frame: &Frame, queued_seq: i64) -> StreamAdvance {
        let mut advance = StreamAdvance {
            step: StreamStep::Drop,
            unended: None,
            replaced: Vec::new(),
        };
        let Some(StreamPart { message, kind }) = frame.stream_part else {
            advance.step = StreamStep::Queue;
            return advance;
        };
        let is_open = self.open.is_some_and(|open| open.message == message);
        let held = self.held.as_mut();
        let held = held.filter(|held| held.stream.message == message);
        match (kind, held) {
            (StreamPartKind::Start { .. }, _) if self.stored == Some(message) => {}
            (
                StreamPartKind::Start {
                    next_index,
                    after_seq,
                },
                _,
            ) => {
                let stream = Stream {
                    message,
                    next_index: Some(next_index),
                };
                let replaced = self.held.take();
                advance.replaced = replaced.map(|held| held.parts).unwrap_or_default();
                if after_seq > queued_seq {
                    self.held = Some(HeldStream {
                        stream,
                        after_seq,
                        parts: Vec::new(),
                        has_ended: false,
                    });
                    advance.step = StreamStep::Hold;
                } else {
                    advance.unended = self.replace_open(Some(stream), message);
                    advance.step = StreamStep::Queue;
                }
            }
            (StreamPartKind::Delta(index), Some(held)) => {
                if held.stream.continue_with(index) {
                    advance.step = StreamStep::Hold;
                }
            }
            (StreamPartKind::End, Some(held)) if !held.has_ended => {
                held.has_ended = true;
                advance.step = StreamStep::Hold;
            }
            (StreamPartKind::Delta(index), None) if is_open => {
                let open = self.open.as_mut();
                if open.is_some_and(|open| open.continue_with(index)) {
                    advance.step = StreamStep::Queue;
                }
            }
            (StreamPartKind::End, None) if is_open => {
                self.open = None;
                advance.step = StreamStep::Queue;
            }
            (StreamPartKind::Delta(_) | StreamPartKind::End, _) => {}
        }
        advance
    }

    /// Keeps a part until the entries before it have been received.
    pub(super) fn hold(&mut self, frame: Frame) {
        if let Some(held) = &mut self.held {
            held.parts.push(frame);
        }
    }

    /// Returns whether parts are held whose entries have been received.
    pub(super) fn is_due(&self, queued_seq: i64) -> bool {
        let held = self.held.as_ref();
        held.is_some_and(|held| held.after_seq <= queued_seq)
    }

    /// Returns the held parts if the entries before them have been received.
    pub(super) fn take_due(&mut self, queued_seq: i64) -> DueParts {
        let is_due = |held: &mut HeldStream| held.after_seq <= queued_seq;
        let Some(held) = self.held.take_if(is_due) else {
            return DueParts::default();
        };
        let message = held.stream.message;
        let open = (!held.has_ended).then_some(held.stream);
        DueParts {
            unended: self.replace_open(open, message),
            parts: held.parts,
        }
    }

    /// Moves on by a stored answer. Parts of it that were held are returned: nobody needs them any more.
    pub(super) fn store(&mut self, message: MessageId) -> (StoredForm, Vec<Frame>) {
        self.stored = Some(message);
        let held = self
            .held
            .take_if(|held| held.stream.message == message)
            .map(|held| held.parts);
        let open = self.open.take_if(|open| open.message == message);
        let is_complete = open.is_some_and(|open| open.next_index.is_some());
        let form = match is_complete && held.is_none() {
            true => StoredForm::EndOfStream,
            false => StoredForm::Whole,
        };
        (form, held.unwrap_or_default())
    }

    /// Moves on by a stored answer that was read from the log.
    pub(in crate::hub) fn note_stored(&mut self, message: MessageId) {
        // Nothing is held while the log is read.
        let (_, _) = self.store(message);
    }

    /// Notes that a part cannot be received.
    pub(super) fn miss(&mut self, message: MessageId) {
        let held = self.held.iter_mut().map(|held| &mut held.stream);
        for stream in held.chain(&mut self.open) {
            if stream.message == message {
                stream.next_index = None;
            }
        }
    }

    /// Notes that nothing more can be received until the subscriber has read the log; returns the held parts.
    pub(super) fn interrupt(&mut self) -> Vec<Frame> {
        if let Some(open) = &mut self.open {
            open.next_index = None;
        }
        self.held.take().map(|held| held.parts).unwrap_or_default()
    }

    /// Returns the stream whose beginning was received, unless it is the given one, and takes it for ended.
    pub(super) fn end_other(&mut self, under_way: Option<MessageId>) -> Option<MessageId> {
        let open = self.open.take_if(|open| Some(open.message) != under_way);
        open.map(|open| open.message)
    }

    /// Parts that are held.
    pub(super) fn held(&self) -> &[Frame] {
        self.held.as_ref().map_or(&[], |held| &held.parts)
    }

    /// Opens a stream of a message in place of the one before, which is returned if it is that of another message.
    fn replace_open(&mut self, stream: Option<Stream>, message: MessageId) -> Option<MessageId> {
        let before = std::mem::replace(&mut self.open, stream);
        let before = before.filter(|before| before.message != message);
        before.map(|before| before.message)
    }
}
