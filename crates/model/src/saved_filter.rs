//! Saved filters: a member's named filters of the conversation list.

use serde_json::Value;

use crate::id::{IdOrNumber, SavedFilterId, kind};
use crate::time::Timestamp;

/// Key by which a caller addresses a saved filter.
pub type SavedFilterKey = IdOrNumber<kind::SavedFilter>;

/// Saved filter. Its rules are stored uninterpreted.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedFilter {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: SavedFilterId,
    /// Name, unique per owner.
    pub name: String,
    /// Rules as given.
    pub rules: Value,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Command that creates a saved filter.
#[derive(Debug, Clone)]
pub struct CreateSavedFilter {
    /// Name, unique per owner.
    pub name: String,
    /// Rules.
    pub rules: Value,
}

/// Changes to a saved filter. `None` keeps a field.
#[derive(Debug, Clone, Default)]
pub struct UpdateSavedFilter {
    /// New name.
    pub name: Option<String>,
    /// New rules.
    pub rules: Option<Value>,
}
