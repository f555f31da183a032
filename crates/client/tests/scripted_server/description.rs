//! Events and results in the words of the shared scenarios.

use parlor_client::{ChatEvent, CloseReason, ConnectionError, Error};
use parlor_client::{MessageHistory, ResumeOutcome, SendReceipt};
use serde_json::{Value, json};

pub(crate) fn describe_event(event: ChatEvent) -> Value {
    match event {
        ChatEvent::Connected(info) => {
            let resume = match info.resume {
                ResumeOutcome::Resumed => "resumed",
                ResumeOutcome::Reset => "reset",
                _ => "from_now",
            };
            json!({ "type": "connected", "resume": resume, "after_seq": info.after_seq })
        }
        ChatEvent::Entry(entry) => {
            let content = entry.message().map(|message| message.content.as_str());
            json!({ "type": "entry", "seq": entry.seq, "content": content })
        }
        ChatEvent::Typing { user, is_typing } => {
            json!({ "type": "typing", "user_id": user, "is_typing": is_typing })
        }
        ChatEvent::Read { user, seq } => json!({ "type": "read", "user_id": user, "seq": seq }),
        ChatEvent::Lagged { from, to } => json!({ "type": "lagged", "from": from, "to": to }),
        ChatEvent::Disconnected(error) => {
            let (name, code) = match error {
                ConnectionError::Server { code, .. } => ("server", Some(code)),
                ConnectionError::Unreachable => ("unreachable", None),
                ConnectionError::Interrupted => ("interrupted", None),
                ConnectionError::IdleTimeout => ("idle_timeout", None),
                ConnectionError::SequenceGap => ("sequence_gap", None),
                other => panic!("no scenario expects {other:?}"),
            };
            json!({ "type": "disconnected", "error": name, "code": code })
        }
        ChatEvent::Closed(reason) => {
            let mut event = describe_reason(&reason);
            event["type"] = json!("closed");
            event
        }
        ChatEvent::Unknown { event_type, .. } => {
            json!({ "type": "unknown", "event_type": event_type })
        }
        other => panic!("no scenario expects {other:?}"),
    }
}

pub(crate) fn describe_result<T: Describe>(result: Result<T, Error>) -> Value {
    match result {
        Ok(value) => value.describe(),
        Err(Error::Closed(reason)) => {
            let reason = describe_reason(&reason);
            json!({ "closed": reason["code"], "closed_by_client": reason["by_client"] })
        }
        Err(Error::ConnectionLost) => json!({ "connection_lost": true }),
        Err(error) => json!({ "error": error.code() }),
    }
}

fn describe_reason(reason: &CloseReason) -> Value {
    let code = match reason {
        CloseReason::Server { code, .. } => Some(code),
        _ => None,
    };
    json!({ "code": code, "by_client": *reason == CloseReason::ByClient })
}

/// Result of a call of the application.
pub(crate) trait Describe {
    fn describe(&self) -> Value;
}

impl Describe for SendReceipt {
    fn describe(&self) -> Value {
        json!({ "seq": self.seq, "duplicate": self.duplicate })
    }
}

impl Describe for MessageHistory {
    fn describe(&self) -> Value {
        json!({ "has_more": self.has_more })
    }
}

impl Describe for () {
    fn describe(&self) -> Value {
        json!({})
    }
}
