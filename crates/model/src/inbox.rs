//! Email inboxes of a workspace.

use crate::id::{IdOrNumber, InboxId, kind};
use crate::time::Timestamp;
use crate::workflow::WorkflowKey;

/// Key by which a caller addresses an inbox.
pub type InboxKey = IdOrNumber<kind::Inbox>;

/// Email inbox of the workspace.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: InboxId,
    /// Slug, unique in the workspace.
    pub slug: String,
    /// Display name.
    pub name: Option<String>,
    /// Email address, unique in the workspace.
    pub address: String,
    /// Number of the workflow that handles incoming mail.
    pub workflow: Option<i64>,
    /// Footer of outgoing mail, at most 10,000 characters.
    pub footer: Option<String>,
    /// Rules for incoming mail: at most 100 objects of the caller's own form, 64 KiB of JSON in all.
    pub rules: Vec<serde_json::Value>,
    /// Default of the workspace.
    pub is_default: bool,
    /// Archive time; `None` while in use.
    pub archived_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
}

/// Command that creates an inbox.
#[derive(Debug, Clone)]
pub struct CreateInbox {
    /// Slug, unique in the workspace; derived from the address if absent.
    pub slug: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Email address.
    pub address: String,
    /// Workflow that handles incoming mail.
    pub workflow: Option<WorkflowKey>,
    /// Footer of outgoing mail.
    pub footer: Option<String>,
    /// Rules for incoming mail.
    pub rules: Vec<serde_json::Value>,
    /// Becomes the default of the workspace; the previous default loses the flag.
    pub is_default: bool,
}

/// Changes to an inbox. `None` keeps a field, `Some(None)` clears it.
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
