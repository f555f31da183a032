//! Sites: external places where a workspace's conversations begin.

use crate::id::{IdOrNumber, SiteId, kind};
use crate::time::Timestamp;
use crate::workflow::WorkflowKey;

/// Key by which a caller addresses a site.
pub type SiteKey = IdOrNumber<kind::Site>;

/// Site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: SiteId,
    /// Slug, unique in the workspace.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Number of the workflow that runs the site's conversations.
    pub workflow: Option<i64>,
    /// Locale, such as `en-GB`.
    pub locale: Option<String>,
    /// Archive time; `None` while in use.
    pub archived_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Command that creates a site.
#[derive(Debug, Clone)]
pub struct CreateSite {
    /// Display name.
    pub name: String,
    /// Slug, unique in the workspace; derived from the name if absent.
    pub slug: Option<String>,
    /// Workflow that runs the site's conversations.
    pub workflow: Option<WorkflowKey>,
    /// Locale.
    pub locale: Option<String>,
}

/// Changes to a site. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of Site")]
pub struct UpdateSite {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub workflow: Option<Option<WorkflowKey>>,
    pub locale: Option<Option<String>>,
    pub archived: Option<bool>,
}
