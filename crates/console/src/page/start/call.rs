//! A recent call as the page and the socket show it.

use parlor_kit::request_history::RequestRecord;
use parlor_kit::time;
use serde::Serialize;

/// A recent call.
#[derive(Debug, Serialize)]
pub(crate) struct CallView {
    /// Position in the log.
    pub(crate) number: u64,
    pub(crate) at: String,
    pub(crate) dialect: &'static str,
    pub(crate) method: &'static str,
    pub(crate) route: String,
    pub(crate) status: u16,
    pub(crate) millis: u128,
    pub(crate) request: String,
    /// Why it was refused.
    pub(crate) reason: Option<String>,
    /// Conversation that it has made.
    pub(crate) made: Option<MadeConversation>,
}

/// A conversation that a call has made.
#[derive(Debug, Serialize)]
pub(crate) struct MadeConversation {
    pub(crate) id: String,
    pub(crate) title: String,
}

impl CallView {
    pub(crate) fn from_call(call: &RequestRecord) -> Self {
        Self {
            number: call.number,
            at: time::format_iso(call.at),
            dialect: call.dialect.unwrap_or_default(),
            method: call.method,
            route: call.route().to_owned(),
            status: call.status,
            millis: call.elapsed.as_millis(),
            request: call.id.hyphenated().to_string(),
            reason: call
                .failure
                .as_ref()
                .map(|failure| failure.rule.to_string()),
            made: None,
        }
    }

    /// Returns whether the call was refused.
    pub(crate) const fn is_refused(&self) -> bool {
        self.status >= 400
    }
}
