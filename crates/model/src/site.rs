//! Sites: places outside where a workspace's conversations begin.

use crate::id::{IdOrNumber, SiteId, kind};
use crate::time::Timestamp;
use crate::workflow::WorkflowKey;

/// How a caller names a site.
pub type SiteKey = IdOrNumber<kind::Site>;

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: SiteId,
    /// Unique in the workspace.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// The workflow's number that conversations there run.
    pub workflow: Option<i64>,
    /// The language it speaks, such as `en-GB`.
    pub locale: Option<String>,
    /// Put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What to make a site of.
#[derive(Debug, Clone)]
pub struct CreateSite {
    /// What it is called.
    pub name: String,
    /// Unique in the workspace; made of the name when absent.
    pub slug: Option<String>,
    /// The workflow that conversations there run.
    pub workflow: Option<WorkflowKey>,
    /// The language it speaks.
    pub locale: Option<String>,
}

/// What to change of a site. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of Site")]
pub struct UpdateSite {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub workflow: Option<Option<WorkflowKey>>,
    pub locale: Option<Option<String>>,
    pub archived: Option<bool>,
}
