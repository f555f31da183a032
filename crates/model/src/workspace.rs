//! Organizations and their workspaces.

use crate::ctx::WorkspaceRef;
use crate::id::{OrganizationId, WorkspaceId};
use crate::time::Timestamp;
use crate::word::words;

words! {
    /// What happens to the conversations of a space that is deleted.
    SpaceDelete {
        /// They stay and lose their space.
        Detach = "detach",
        /// The space cannot be deleted while it has some.
        Refuse = "refuse",
        /// They are deleted with it.
        Delete = "delete",
    }
}

/// What an operator may decide per workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Creating a conversation for another member asks for `conversations:write`.
    pub require_scope_for_others: bool,
    /// What deleting a space does to its conversations.
    pub space_delete: SpaceDelete,
    /// Talking with assistants asks for a session that carries one of the workspace's own roles.
    pub require_roles: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            require_scope_for_others: false,
            space_delete: SpaceDelete::Detach,
            require_roles: false,
        }
    }
}

/// A workspace as its owner sees it.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Number, id and organization.
    pub key: WorkspaceRef,
    /// Its name.
    pub name: String,
    /// The organization's name.
    pub organization_name: String,
    /// What its operator decided.
    pub policy: Policy,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What making a workspace made.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// The organization, new or given.
    pub organization: OrganizationId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its owner member.
    pub owner: crate::member::MemberRef,
}
