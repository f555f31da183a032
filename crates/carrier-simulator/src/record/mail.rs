//! A mail.

use serde::Serialize;

use super::Direction;
use crate::history::Identified;

/// A mail. Its text is kept, its other parts are not.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailRecord {
    pub(crate) id: String,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// `Message-ID` without brackets.
    pub(crate) message_id: String,
    /// Ids of the mails that it follows, without brackets, the newest last.
    pub(crate) references: Vec<String>,
    pub(crate) status: &'static str,
    #[serde(serialize_with = "crate::time_text::serialize")]
    pub(crate) created_at: i64,
}

impl Identified for MailRecord {
    fn id(&self) -> &str {
        &self.id
    }
}
