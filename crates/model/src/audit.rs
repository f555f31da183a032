//! What is remembered of things that are gone.

use uuid::Uuid;

use crate::error::EntityKind;
use crate::time::Timestamp;

/// One audited act.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// What was done, such as `space.delete`.
    pub action: &'static str,
    /// What it was done to.
    pub noun: EntityKind,
    /// Its id.
    pub id: Uuid,
    /// Counts and settings as a JSON object; never names, addresses or text.
    pub detail: String,
}
