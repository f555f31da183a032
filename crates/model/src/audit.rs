//! Audit trail of deletions and other irreversible acts.

use uuid::Uuid;

use crate::error::EntityKind;
use crate::time::Timestamp;

/// One audited act.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    /// Time.
    pub at: Timestamp,
    /// Action name, such as `space.delete`.
    pub action: &'static str,
    /// Kind of the affected entity.
    pub noun: EntityKind,
    /// Id of the affected entity.
    pub id: Uuid,
    /// Counts and settings as a JSON object; never names, addresses or text.
    pub detail: String,
}
