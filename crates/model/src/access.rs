//! Roles of members in a workspace.

use crate::scope::{Resource, Scope, Scopes};
use crate::string_enum::string_enum;

string_enum! {
    /// Role of a member in the workspace, independent of its roles in conversations.
    WorkspaceRole {
        /// Has every permission, including the management of API keys.
        Owner = "owner",
        /// Has every permission that a scope can grant.
        Manager = "manager",
        /// May read assistants; everything else is limited to the member's own data.
        User = "user",
    }
}

impl WorkspaceRole {
    /// Returns the scopes that the role implies.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Owner | Self::Manager => Scopes::all(),
            Self::User => Scopes::NONE.with_scope(Scope::read(Resource::Agents)),
        }
    }
}
