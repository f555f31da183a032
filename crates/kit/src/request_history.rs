//! The last requests of a node, in memory: what was asked, what was answered, and which rule refused.
//!
//! Holds no text, no address, no path with ids, and no secret: route templates, ids of keys and workspaces, and sentences
//! that are part of the program. It is for the operator alone: what a caller is told does not depend on it.
//!
//! Keeps INV-85 (`docs/invariants.md`).

mod explanation;
mod failure;
mod remedy;

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::MatchedPath;
use http::HeaderMap;
use parking_lot::Mutex;
use parlor_model::id::{ApiKeyId, WorkspaceId};
use parlor_model::{Ctx, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

pub use self::explanation::{Explanation, ExplanationStep, StepOutcome};
pub use self::failure::{RequestFailure, RequestStep};
use crate::auth::Auth;
use crate::credential::header;

/// Number of requests that a node remembers.
pub const MAX_RECORDS: usize = 10_000;

/// Caller of a request, once its credential was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestCaller {
    /// Workspace.
    pub workspace: WorkspaceId,
    /// API key, directly or behind a token.
    pub key: Option<ApiKeyId>,
}

impl From<&Ctx> for RequestCaller {
    fn from(ctx: &Ctx) -> Self {
        Self {
            workspace: ctx.workspace.id,
            key: ctx.key,
        }
    }
}

/// Form of the credential that a request has brought, whether or not it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialForm {
    /// No credential in a header.
    None,
    /// An API key in a header of its own.
    Key,
    /// An API key where tokens are expected.
    KeyAsBearer,
    /// A bearer token.
    Token,
    /// Something else in `Authorization`.
    Other,
}

impl CredentialForm {
    /// Recognizes the form; nothing of the credential is kept.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        match header(headers, "authorization").map(|text| text.split_once(' ')) {
            Some(Some((scheme, rest))) if scheme.eq_ignore_ascii_case("bearer") => {
                match rest.trim().split('.').count() {
                    3 => Self::Token,
                    _ => Self::KeyAsBearer,
                }
            }
            Some(_) => Self::Other,
            None if KEY_HEADERS
                .iter()
                .any(|name| header(headers, name).is_some()) =>
            {
                Self::Key
            }
            None => Self::None,
        }
    }

    /// Returns the name in lists.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Key => "key",
            Self::KeyAsBearer => "key as bearer",
            Self::Token => "token",
            Self::Other => "other",
        }
    }
}

/// Headers that have API keys.
const KEY_HEADERS: [&str; 2] = ["x-api-key", "apikey"];

/// A request that was answered.
#[derive(Debug, Clone)]
pub struct RequestRecord {
    /// Position among the requests of the node, from 1.
    pub number: u64,
    /// Request id, as in `X-Request-Id`.
    pub id: Uuid,
    /// Time of the answer.
    pub at: Timestamp,
    /// Method; `other` for an unknown one.
    pub method: &'static str,
    /// Template of the route; `None` for an unknown path.
    pub route: Option<MatchedPath>,
    /// Dialect of the route.
    pub dialect: Option<&'static str>,
    /// Credentials that the route takes.
    pub auth: Auth,
    /// Status of the answer.
    pub status: u16,
    /// Time until the answer began.
    pub elapsed: Duration,
    /// Form of its credential.
    pub credential: CredentialForm,
    /// Caller, if the credential was accepted.
    pub caller: Option<RequestCaller>,
    /// Rule that has refused it.
    pub failure: Option<RequestFailure>,
}

impl RequestRecord {
    /// Returns the route's template, or `-`.
    pub fn route(&self) -> &str {
        self.route.as_ref().map_or("-", MatchedPath::as_str)
    }

    /// Returns whether it was a call of a dialect with a credential of a workspace.
    pub fn is_call_of(&self, workspace: WorkspaceId) -> bool {
        let is_theirs = self
            .caller
            .is_some_and(|caller| caller.workspace == workspace);
        is_theirs && self.dialect.is_some()
    }

    /// Returns whether the answer was an error.
    pub const fn is_failed(&self) -> bool {
        self.status >= 400
    }

    /// Explains what was checked, what has refused the request, and what to do.
    pub fn explain(&self) -> Explanation {
        Explanation::of_record(self)
    }
}

/// The last [`MAX_RECORDS`] requests of a node.
#[derive(Debug)]
pub struct RequestHistory {
    records: Mutex<VecDeque<RequestRecord>>,
    last: watch::Sender<u64>,
}

impl Default for RequestHistory {
    fn default() -> Self {
        Self {
            records: Mutex::default(),
            last: watch::Sender::new(0),
        }
    }
}

impl RequestHistory {
    /// Adds a request, whose number is set here; the oldest one makes room for it.
    pub fn record(&self, mut record: RequestRecord) {
        let mut records = self.records.lock();
        let number = records.back().map_or(0, |last| last.number) + 1;
        record.number = number;
        let oldest = match records.len() {
            MAX_RECORDS.. => records.pop_front(),
            _ => None,
        };
        records.push_back(record);
        drop(records);
        // Freed without the lock.
        drop(oldest);
        self.last.send_replace(number);
    }

    /// Returns the calls of a workspace after a position, oldest first, at most the newest `limit` of them.
    pub fn calls_after(
        &self,
        workspace: WorkspaceId,
        number: u64,
        limit: usize,
    ) -> Vec<RequestRecord> {
        let records = self.records.lock();
        let newest_first = records.iter().rev();
        let mut found: Vec<RequestRecord> = newest_first
            .take_while(|record| record.number > number)
            .filter(|record| record.is_call_of(workspace))
            .take(limit)
            .cloned()
            .collect();
        found.reverse();
        found
    }

    /// Returns the position of the newest request, which changes with each.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Finds a request by its id.
    pub fn find(&self, id: Uuid) -> Option<RequestRecord> {
        let records = self.records.lock();
        records.iter().rev().find(|record| record.id == id).cloned()
    }

    /// Returns the newest requests that pass `is_meant`, newest first.
    pub fn newest(
        &self,
        limit: usize,
        is_meant: impl Fn(&RequestRecord) -> bool,
    ) -> Vec<RequestRecord> {
        let records = self.records.lock();
        let found = records.iter().rev().filter(|record| is_meant(record));
        found.take(limit).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u128, status: u16) -> RequestRecord {
        RequestRecord {
            number: 0,
            id: Uuid::from_u128(number),
            at: Timestamp::from_micros(0),
            method: "GET",
            route: None,
            dialect: None,
            auth: Auth::None,
            status,
            elapsed: Duration::ZERO,
            credential: CredentialForm::None,
            caller: None,
            failure: None,
        }
    }

    #[test]
    fn oldest_requests_make_room_for_new_ones() {
        let history = RequestHistory::default();
        for number in 0..MAX_RECORDS as u128 + 2 {
            history.record(record(number, if number % 2 == 0 { 200 } else { 404 }));
        }
        assert!(history.find(Uuid::from_u128(1)).is_none());
        assert!(history.find(Uuid::from_u128(2)).is_some());
        let failed = history.newest(3, RequestRecord::is_failed);
        let ids: Vec<u128> = failed.iter().map(|record| record.id.as_u128()).collect();
        assert_eq!(ids, [10_001, 9_999, 9_997]);
        assert_eq!(history.newest(usize::MAX, |_| true).len(), MAX_RECORDS);
    }

    #[test]
    fn calls_of_other_workspaces_are_not_returned() {
        let history = RequestHistory::default();
        let [one, other] = [1, 2].map(|number| WorkspaceId::new(Uuid::from_u128(number)));
        for index in 0..4 {
            history.record(RequestRecord {
                dialect: (index != 3).then_some("any"),
                caller: Some(RequestCaller {
                    workspace: if index == 1 { other } else { one },
                    key: None,
                }),
                ..record(index, 200)
            });
        }
        let numbers = |after, limit| -> Vec<u64> {
            let found = history.calls_after(one, after, limit);
            found.iter().map(|record| record.number).collect()
        };
        assert_eq!(numbers(0, 10), [1, 3]);
        assert_eq!(numbers(0, 1), [3]);
        assert_eq!(numbers(3, 10), [0; 0]);
        assert_eq!(*history.subscribe().borrow(), 4);
    }

    #[test]
    fn form_of_a_credential_is_recognized() {
        for (name, value, expected) in [
            ("authorization", "Bearer a.b.c", CredentialForm::Token),
            (
                "authorization",
                "bearer sk-parlor-1",
                CredentialForm::KeyAsBearer,
            ),
            ("authorization", "Basic eA==", CredentialForm::Other),
            ("x-api-key", "sk-parlor-1", CredentialForm::Key),
            ("ApiKey", "sk-parlor-1", CredentialForm::Key),
            ("accept", "*/*", CredentialForm::None),
        ] {
            let mut headers = HeaderMap::new();
            let name: http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(CredentialForm::from_headers(&headers), expected, "{value}");
        }
    }
}
