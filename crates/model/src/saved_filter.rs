//! Saved filters: a member's named questions to the list of conversations.

use serde_json::Value;

use crate::id::{IdOrNumber, SavedFilterId, kind};
use crate::time::Timestamp;

/// How a caller names a saved filter.
pub type SavedFilterKey = IdOrNumber<kind::SavedFilter>;

/// A saved filter. What its rules mean is its writer's to say.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedFilter {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: SavedFilterId,
    /// Its name, unique among its owner's.
    pub name: String,
    /// The rules, as they were given.
    pub rules: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What to make a saved filter of.
#[derive(Debug, Clone)]
pub struct CreateSavedFilter {
    /// Its name, unique among its owner's.
    pub name: String,
    /// The rules.
    pub rules: Value,
}

/// What to change of a saved filter. `None` keeps.
#[derive(Debug, Clone, Default)]
pub struct UpdateSavedFilter {
    /// New name.
    pub name: Option<String>,
    /// New rules.
    pub rules: Option<Value>,
}
