//! A workspace's own roles: names its operator gives, which sessions may carry. They open nothing by themselves; a
//! policy may ask that a session carries one.

use crate::id::CustomRoleId;
use crate::time::Timestamp;

/// A role whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: CustomRoleId,
    /// What it is called.
    pub name: String,
    /// A text about it.
    pub description: Option<String>,
    /// The customer's own id for it, unique in the workspace.
    pub customer_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How a caller names a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomRoleKey {
    /// By id.
    Id(CustomRoleId),
    /// By the customer's own id.
    Customer(String),
}

/// What to make a role of.
#[derive(Debug, Clone)]
pub struct CreateCustomRole {
    /// What it is called: 1 to 255 characters.
    pub name: String,
    /// A text about it: at most 1,000 characters.
    pub description: Option<String>,
    /// The customer's own id for it: at most 255 characters.
    pub customer_id: Option<String>,
}

/// What to change of a role. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct UpdateCustomRole {
    /// New name.
    pub name: Option<String>,
    /// New text about it.
    pub description: Option<Option<String>>,
    /// New id of the customer's.
    pub customer_id: Option<Option<String>>,
}
