//! Custom roles of a workspace, which sessions may carry. A role grants nothing by itself; a workspace policy may
//! require that a session carries one.

use crate::id::CustomRoleId;
use crate::time::Timestamp;

/// Custom role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: CustomRoleId,
    /// Display name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Customer-assigned id, unique in the workspace.
    pub customer_id: Option<String>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Key by which a caller addresses a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomRoleKey {
    /// By id.
    Id(CustomRoleId),
    /// By customer-assigned id.
    Customer(String),
}

/// Command that creates a role.
#[derive(Debug, Clone)]
pub struct CreateCustomRole {
    /// Display name, 1 to 255 characters.
    pub name: String,
    /// Description, at most 1,000 characters.
    pub description: Option<String>,
    /// Customer-assigned id, at most 255 characters.
    pub customer_id: Option<String>,
}

/// Changes to a role. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateCustomRole {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New customer-assigned id.
    pub customer_id: Option<Option<String>>,
}
