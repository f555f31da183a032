//! Recent calls of the dialects, in memory, for pages that show them. No path, query, header or body is kept.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::Timestamp;
use parlor_model::id::ApiKeyId;
use tokio::sync::watch;
use uuid::Uuid;

/// Number of calls that are kept.
const CAPACITY: usize = 10_000;

/// Who made a call, as its dialect has authenticated it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallOrigin {
    /// Number of the workspace.
    pub workspace: i64,
    /// Key behind the call.
    pub key: Option<ApiKeyId>,
}

/// An answered call.
#[derive(Debug, Clone)]
pub struct RecordedCall {
    /// Position in the log, from 1.
    pub number: u64,
    /// Time of the answer.
    pub at: Timestamp,
    /// Who made it.
    pub origin: CallOrigin,
    /// Name of the dialect.
    pub dialect: &'static str,
    /// Method.
    pub method: &'static str,
    /// Path template: the path with the names of its parameters.
    pub route: String,
    /// Status of the answer.
    pub status: u16,
    /// Time that the answer took.
    pub elapsed: Duration,
    /// Request id.
    pub request: Uuid,
    /// Public sentence of the error, if it was refused.
    pub reason: Option<String>,
}

/// The most recent calls of this node.
#[derive(Debug)]
pub struct CallLog {
    calls: Mutex<VecDeque<RecordedCall>>,
    last: watch::Sender<u64>,
}

impl Default for CallLog {
    fn default() -> Self {
        Self {
            calls: Mutex::default(),
            last: watch::Sender::new(0),
        }
    }
}

impl CallLog {
    /// Records a call; its number is set here.
    pub fn record(&self, mut call: RecordedCall) {
        let mut calls = self.calls.lock();
        let number = calls.back().map_or(0, |last| last.number) + 1;
        call.number = number;
        if calls.len() == CAPACITY {
            calls.pop_front();
        }
        calls.push_back(call);
        drop(calls);
        self.last.send_replace(number);
    }

    /// Returns the calls of a workspace after a position, oldest first, at most the newest `limit` of them.
    pub fn after(&self, workspace: i64, number: u64, limit: usize) -> Vec<RecordedCall> {
        let calls = self.calls.lock();
        let newest_first = calls.iter().rev();
        let mut found: Vec<RecordedCall> = newest_first
            .take_while(|call| call.number > number)
            .filter(|call| call.origin.workspace == workspace)
            .take(limit)
            .cloned()
            .collect();
        found.reverse();
        found
    }

    /// Returns the position of the newest call, which changes with each.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(workspace: i64) -> RecordedCall {
        RecordedCall {
            number: 0,
            at: Timestamp::from_micros(0),
            origin: CallOrigin {
                workspace,
                key: None,
            },
            dialect: "any",
            method: "GET",
            route: "/a/{b}".to_owned(),
            status: 200,
            elapsed: Duration::ZERO,
            request: Uuid::nil(),
            reason: None,
        }
    }

    #[test]
    fn calls_of_other_workspaces_are_not_returned_and_old_ones_are_dropped() {
        let log = CallLog::default();
        for index in 0..CAPACITY + 2 {
            log.record(call(if index == 1 { 2 } else { 1 }));
        }
        assert_eq!(log.after(2, 0, 10).len(), 0, "the oldest are gone");
        let newest = log.after(1, 0, 2);
        let last = CAPACITY as u64 + 2;
        let numbers: Vec<u64> = newest.iter().map(|call| call.number).collect();
        assert_eq!(numbers, [last - 1, last]);
        assert_eq!(log.after(1, last, 10).len(), 0);
        assert_eq!(*log.subscribe().borrow(), last);
    }
}
