//! Appending a message to a log, as a backend operation.

use parlor_model::conversation::ConversationKey;
use parlor_model::message::Role;
use parlor_model::{Id, Result, Timestamp, id};

use crate::Value;

/// A message to append. Who may is decided before; the backend decides position, id and time.
#[derive(Debug, Clone)]
pub struct Append {
    /// The workspace's number.
    pub ws: i64,
    /// Which conversation.
    pub conversation: ConversationKey,
    /// The author's member number.
    pub author: Option<i64>,
    /// Who speaks.
    pub role: Role,
    /// A finer word.
    pub form: Option<String>,
    /// What is said.
    pub text: parlor_model::private::Private<String>,
    /// Metadata as compact JSON.
    pub metadata: String,
    /// The client's own id, unique per conversation and author.
    pub client_id: Option<String>,
}

impl Append {
    /// Checked before it is queued: one that the database cannot take would spoil those it is joined with.
    pub(crate) fn check(&self) -> Result<()> {
        Value::Text(self.text.as_str()).check()?;
        Value::Text(&self.metadata).check()?;
        Value::from(self.form.as_deref()).check()?;
        Value::from(self.client_id.as_deref()).check()
    }
}

/// Where the message went.
#[derive(Debug, Clone, Copy)]
pub struct Appended {
    /// The message's number.
    pub number: i64,
    /// The message's id.
    pub id: Id<id::kind::Message>,
    /// Its position in the log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// It had been appended before under the same client id; nothing was stored.
    pub duplicate: bool,
}
