//! A text message.

use serde::Serialize;

use super::Direction;
use crate::history::Identified;

/// A text message.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageRecord {
    pub(crate) sid: String,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) status: &'static str,
    /// Why it was not delivered.
    pub(crate) error_code: Option<u32>,
    /// Microseconds since 1970.
    #[serde(serialize_with = "crate::time_text::serialize")]
    pub(crate) created_at: i64,
    #[serde(serialize_with = "crate::time_text::serialize")]
    pub(crate) updated_at: i64,
}

impl Identified for MessageRecord {
    fn id(&self) -> &str {
        &self.sid
    }
}
