//! What happens at the simulator, in order.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::history::MAX_RECORDS;

/// Channel of a simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SimulatedChannel {
    /// Text messages.
    Sms,
    /// Calls.
    Voice,
    /// Mail.
    Mail,
}

impl fmt::Display for SimulatedChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Mail => "mail",
        })
    }
}

/// Something that has happened.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulatorEvent {
    /// Position, from 1.
    pub seq: u64,
    /// Time, as RFC 3339.
    pub at: String,
    /// Channel.
    pub channel: SimulatedChannel,
    /// What has happened: `accepted`, `received`, `status`, `said`, `heard`, `report`, `fault`.
    pub event: String,
    /// Id of the message, call or mail; empty for a request that became none.
    pub id: String,
    /// Sender, as number or address.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// State, fault, or answer to a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The last events, and a signal for those who wait for more.
pub(crate) struct EventLog {
    events: Mutex<VecDeque<SimulatorEvent>>,
    last: watch::Sender<u64>,
}

impl EventLog {
    pub(crate) fn new() -> Self {
        Self {
            events: Mutex::new(VecDeque::new()),
            last: watch::Sender::new(0),
        }
    }

    /// Appends an event, whose position is given here.
    pub(crate) fn publish(&self, mut event: SimulatorEvent) {
        let mut events = self.events.lock();
        let seq = *self.last.borrow() + 1;
        event.seq = seq;
        if events.len() == MAX_RECORDS {
            events.pop_front();
        }
        events.push_back(event);
        self.last.send_replace(seq);
    }

    /// Returns the position of the last event; 0 before the first one.
    pub(crate) fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// Returns the events after a position, and waits for the first one if there is none. Nothing after `wait`.
    pub(crate) async fn wait_after(&self, seq: u64, wait: Duration) -> Vec<SimulatorEvent> {
        let mut last = self.last.subscribe();
        // An elapsed wait returns an empty list.
        let _ = timeout(wait, last.wait_for(|last| *last > seq)).await;
        let events = self.events.lock();
        events
            .iter()
            .filter(|event| event.seq > seq)
            .cloned()
            .collect()
    }
}
