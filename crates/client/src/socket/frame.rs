//! What the server says, and what is said to it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::event::Event;
use crate::error::Refusal;
use crate::http::message::Message;
use crate::log::Entry;

/// A frame of the server's.
#[derive(Debug)]
pub(super) enum Said {
    Established(Established),
    Received(Received),
    Entry(Box<Entry>),
    History(History),
    Pong(Option<String>),
    /// Something was refused, and by what it is known.
    Refused(Refused),
    /// The last word before the end.
    Fatal(String),
    /// For the reader alone.
    Passing(Event),
}

#[derive(Debug, Deserialize)]
pub(super) struct Established {
    pub(super) seq: i64,
    pub(super) epoch: String,
    #[serde(default)]
    pub(super) connection_id: String,
    #[serde(default)]
    pub(super) resumed: bool,
    pub(super) ping_interval_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Received {
    pub(super) timestamp: String,
    pub(super) message_id: String,
    pub(super) user_id: String,
    pub(super) seq: i64,
    pub(super) client_message_id: Option<String>,
    #[serde(default)]
    pub(super) duplicate: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct History {
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) messages: Vec<Message>,
    pub(super) has_more: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refused {
    #[serde(default)]
    pub(super) error_code: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) fatal: bool,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) client_message_id: Option<String>,
}

impl Refused {
    pub(super) fn refusal(&self) -> Refusal {
        Refusal {
            status: None,
            code: self.error_code.clone(),
            detail: self.message.clone(),
            faults: Vec::new(),
            retry_after: None,
            request_id: None,
        }
    }
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    event_type: Cow<'a, str>,
    seq: Option<i64>,
}

#[derive(Deserialize)]
struct Pong {
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct Typing {
    user_id: String,
    state: String,
}

#[derive(Deserialize)]
struct Read {
    user_id: String,
    seq: i64,
}

#[derive(Deserialize)]
struct Lagged {
    from: i64,
    to: i64,
}

impl Said {
    /// Reads a frame; nothing where it is none of this API's.
    pub(super) fn read(text: &str) -> Option<Self> {
        let head: Head<'_> = serde_json::from_str(text).ok()?;
        let said = match &*head.event_type {
            "connection_established" => Self::Established(of(text)?),
            "message_received" => Self::Received(of(text)?),
            "history" => Self::History(of(text)?),
            "pong" => Self::Pong(of::<Pong>(text)?.reference),
            "error" => match of::<Refused>(text)? {
                Refused {
                    fatal: true,
                    error_code,
                    ..
                } => Self::Fatal(error_code),
                refused => Self::Refused(refused),
            },
            "typing" => {
                let Typing { user_id, state } = of(text)?;
                let begins = state == "start";
                Self::Passing(Event::Typing {
                    user: user_id,
                    begins,
                })
            }
            "read" => {
                let Read { user_id, seq } = of(text)?;
                Self::Passing(Event::Read { user: user_id, seq })
            }
            "lagged" => {
                let Lagged { from, to } = of(text)?;
                Self::Passing(Event::Lagged { from, to })
            }
            other if let Some(seq) = head.seq => Self::Entry(
                // Whatever else has a position is an entry, and keeps its place even where it cannot be read.
                of(text).unwrap_or_else(|| Box::new(Entry::unread(seq, other))),
            ),
            other => Self::Passing(Event::Other {
                event_type: other.to_owned(),
                fields: of::<Map<String, Value>>(text)?,
            }),
        };
        Some(said)
    }
}

fn of<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// What is said to the server, beside messages.
#[derive(Serialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub(super) enum Action<'a> {
    Typing {
        state: &'static str,
    },
    Read {
        seq: i64,
    },
    History {
        #[serde(skip_serializing_if = "Option::is_none")]
        before_seq: Option<i64>,
        limit: u32,
        #[serde(rename = "ref")]
        reference: &'a str,
    },
    Ping {
        #[serde(rename = "ref")]
        reference: &'a str,
    },
}

impl Action<'_> {
    pub(super) fn text(&self) -> String {
        // Only a map with keys that are no texts could fail; none is sent.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_position_is_an_entry_and_the_rest_is_passed_on() {
        let entry = r#"{"event_type":"new_thing","timestamp":"t","seq":4}"#;
        assert!(matches!(Said::read(entry), Some(Said::Entry(entry)) if entry.seq == 4));
        let passing = r#"{"event_type":"message_stream_token","timestamp":"t","token":"a"}"#;
        let Some(Said::Passing(Event::Other { event_type, fields })) = Said::read(passing) else {
            panic!("it is passed on")
        };
        assert_eq!(
            (event_type.as_str(), fields["token"].as_str()),
            ("message_stream_token", Some("a"))
        );
        let read = r#"{"event_type":"read","timestamp":"t","user_id":"u","seq":4}"#;
        assert!(matches!(
            Said::read(read),
            Some(Said::Passing(Event::Read { seq: 4, .. }))
        ));
        for strange in ["", "[]", "{}", "7", r#"{"event_type":"message_received"}"#] {
            assert!(Said::read(strange).is_none(), "{strange}");
        }
    }

    #[test]
    fn actions_are_spelled_as_the_server_reads_them() {
        let typing = Action::Typing { state: "start" };
        assert_eq!(typing.text(), r#"{"action":"typing","state":"start"}"#);
        let history = Action::History {
            before_seq: None,
            limit: 5,
            reference: "1",
        };
        assert_eq!(
            history.text(),
            r#"{"action":"history","limit":5,"ref":"1"}"#
        );
    }
}
