//! A call.

use serde::Serialize;

use super::Direction;
use crate::history::Identified;

/// Bytes of a transcript that are kept.
const MAX_TRANSCRIPT_BYTES: usize = 64 * 1024;

/// Who has said a line of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Speaker {
    /// The server.
    Server,
    /// The simulated person.
    Person,
    /// Nobody: the simulator notes something.
    Note,
}

/// Something that was said.
#[derive(Clone, Serialize)]
pub(crate) struct TranscriptLine {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
}

/// A call.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallRecord {
    pub(crate) sid: String,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) status: &'static str,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) transcript: Vec<TranscriptLine>,
    #[serde(serialize_with = "crate::time_text::serialize")]
    pub(crate) created_at: i64,
    #[serde(skip)]
    pub(crate) transcript_bytes: usize,
    #[serde(skip)]
    pub(crate) answered_at: Option<i64>,
    #[serde(skip)]
    pub(crate) ended_at: Option<i64>,
}

impl CallRecord {
    /// Appends a line. Of a very long call the first lines are kept.
    pub(crate) fn push_line(&mut self, line: TranscriptLine) {
        self.transcript_bytes += line.text.len() + size_of::<TranscriptLine>();
        if self.transcript_bytes <= MAX_TRANSCRIPT_BYTES {
            self.transcript.push(line);
        }
    }

    /// Returns how many seconds were spoken.
    pub(crate) fn duration_seconds(&self) -> i64 {
        match (self.answered_at, self.ended_at) {
            (Some(answered), Some(ended)) => (ended - answered).max(0) / 1_000_000,
            _ => 0,
        }
    }
}

impl Identified for CallRecord {
    fn id(&self) -> &str {
        &self.sid
    }
}
