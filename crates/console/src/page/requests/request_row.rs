//! A request as the pages show it.

use parlor_kit::request_history::RequestRecord;
use parlor_kit::time;

/// A request. It has no path, only the template of its route.
pub(super) struct RequestRow {
    pub(super) id: String,
    pub(super) at: String,
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) dialect: &'static str,
    pub(super) status: u16,
    pub(super) millis: u128,
    /// Class of the status: `good` or `bad`.
    pub(super) class: &'static str,
    /// Form of its credential.
    pub(super) credential: &'static str,
    /// Rule that has refused it.
    pub(super) rule: Option<String>,
}

impl RequestRow {
    pub(super) fn new(record: &RequestRecord) -> Self {
        Self {
            id: record.id.hyphenated().to_string(),
            at: time::format_iso(record.at),
            method: record.method,
            route: record.route().to_owned(),
            dialect: record.dialect.unwrap_or("-"),
            status: record.status,
            millis: record.elapsed.as_millis(),
            class: if record.is_failed() { "bad" } else { "good" },
            credential: record.credential.as_str(),
            rule: record
                .failure
                .as_ref()
                .map(|failure| failure.rule.to_string()),
        }
    }
}
