//! States of a call, and what is said in it.

use crate::event_log::SimulatedChannel;
use crate::record::{CallRecord, Direction, Speaker, TranscriptLine};
use crate::signature::FormFields;
use crate::state::{EventDetails, SimulatorState};

/// Parties of a call.
#[derive(Clone)]
pub(super) struct CallParties {
    pub(super) sid: String,
    pub(super) direction: Direction,
    pub(super) from: String,
    pub(super) to: String,
}

impl CallParties {
    /// Records a new call.
    pub(super) fn record(&self, state: &SimulatorState, status: &'static str) -> CallRecord {
        let record = CallRecord {
            sid: self.sid.clone(),
            direction: self.direction,
            from: self.from.clone(),
            to: self.to.clone(),
            status,
            answered_by: None,
            transcript: Vec::new(),
            created_at: state.now(),
            transcript_bytes: 0,
            answered_at: None,
            ended_at: None,
        };
        state.calls.lock().push(record.clone());
        let event = match self.direction {
            Direction::Inbound => "received",
            _ => "accepted",
        };
        self.publish(state, event, Some(status), None);
        record
    }

    /// Changes the state of the call.
    pub(super) fn set_status(&self, state: &SimulatorState, status: &'static str) {
        let now = state.now();
        state.calls.lock().update(&self.sid, |record| {
            record.status = status;
            match status {
                "in-progress" => record.answered_at = Some(now),
                "queued" | "ringing" => {}
                _ => record.ended_at = Some(now),
            }
        });
        self.publish(state, "status", Some(status), None);
    }

    /// Records who has answered.
    pub(super) fn set_answered_by(&self, state: &SimulatorState, answered_by: &'static str) {
        state
            .calls
            .lock()
            .update(&self.sid, |record| record.answered_by = Some(answered_by));
    }

    /// Appends a line to the transcript.
    pub(super) fn push_line(&self, state: &SimulatorState, speaker: Speaker, text: &str) {
        let line = TranscriptLine {
            speaker,
            text: text.to_owned(),
        };
        state
            .calls
            .lock()
            .update(&self.sid, |record| record.push_line(line));
        let event = match speaker {
            Speaker::Server => "said",
            Speaker::Person => "heard",
            Speaker::Note => "note",
        };
        self.publish(state, event, None, Some(text));
    }

    /// Publishes an event about the call.
    pub(super) fn publish(
        &self,
        state: &SimulatorState,
        event: &str,
        status: Option<&str>,
        text: Option<&str>,
    ) {
        let details = EventDetails {
            id: &self.sid,
            from: &self.from,
            to: &self.to,
            status,
            text,
        };
        state.publish(SimulatedChannel::Voice, event, &details);
    }

    /// Returns the fields that every request about the call has.
    pub(super) fn form(&self, state: &SimulatorState, status: &str) -> FormFields {
        let direction = match self.direction {
            Direction::Inbound => "inbound",
            _ => "outbound-api",
        };
        vec![
            ("AccountSid", state.options.credentials.account_sid.clone()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("CallSid", self.sid.clone()),
            ("CallStatus", status.to_owned()),
            ("Called", self.to.clone()),
            ("Caller", self.from.clone()),
            ("Direction", direction.to_owned()),
            ("From", self.from.clone()),
            ("To", self.to.clone()),
        ]
    }
}
