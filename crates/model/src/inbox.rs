//! Email inboxes of a workspace.

use crate::id::{IdOrNumber, InboxId, kind};
use crate::time::Timestamp;
use crate::workflow::WorkflowKey;

/// How a caller names an inbox.
pub type InboxKey = IdOrNumber<kind::Inbox>;

/// An email inbox of the workspace.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: InboxId,
    /// Unique in the workspace.
    pub slug: String,
    /// What it is called.
    pub name: Option<String>,
    /// The address mail comes to; unique in the workspace.
    pub address: String,
    /// The workflow's number that answers it.
    pub workflow: Option<i64>,
    /// What stands under every mail from it, at most 10,000 characters.
    pub footer: Option<String>,
    /// What is done with mail that comes to it: at most 100 objects of the caller's own form, 64 KiB of JSON in all.
    pub rules: Vec<serde_json::Value>,
    /// Used where nothing else is named.
    pub is_default: bool,
    /// Put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What to make an inbox of.
#[derive(Debug, Clone)]
pub struct CreateInbox {
    /// Unique in the workspace; made of the address when absent.
    pub slug: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// The address mail comes to.
    pub address: String,
    /// The workflow that answers it.
    pub workflow: Option<WorkflowKey>,
    /// What stands under every mail from it.
    pub footer: Option<String>,
    /// What is done with mail that comes to it.
    pub rules: Vec<serde_json::Value>,
    /// Used where nothing else is named; the one that was so far no longer is.
    pub is_default: bool,
}

/// What to change of an inbox. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of Inbox")]
pub struct UpdateInbox {
    pub slug: Option<String>,
    pub name: Option<Option<String>>,
    pub address: Option<String>,
    pub workflow: Option<Option<WorkflowKey>>,
    pub footer: Option<Option<String>>,
    pub rules: Option<Vec<serde_json::Value>>,
    pub is_default: Option<bool>,
}
