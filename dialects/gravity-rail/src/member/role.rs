//! Integer ids of the workspace's built-in roles.

use parlor_model::access::WorkspaceRole;

/// Returns the id of a role.
pub(crate) fn to_id(role: WorkspaceRole) -> i64 {
    match role {
        WorkspaceRole::Owner => 1,
        WorkspaceRole::Manager => 2,
        WorkspaceRole::User => 3,
    }
}

/// Finds the role with an id.
pub(crate) fn from_id(number: i64) -> Option<WorkspaceRole> {
    WorkspaceRole::ALL
        .iter()
        .copied()
        .find(|role| self::to_id(*role) == number)
}
