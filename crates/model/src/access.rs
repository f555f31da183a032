//! Roles of members in a workspace.

use crate::scope::{Resource, Scope, Scopes};
use crate::string_enum::string_enum;

string_enum! {
    /// What a member is in the workspace beyond taking part in conversations.
    WorkspaceRole {
        /// May do everything, keys included.
        Owner = "owner",
        /// May do everything that can be granted.
        Manager = "manager",
        /// May see the assistants; everything else is self-access.
        User = "user",
    }
}

impl WorkspaceRole {
    /// The scopes that come with the role.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Owner | Self::Manager => Scopes::all(),
            Self::User => Scopes::NONE.with_scope(Scope::read(Resource::Agents)),
        }
    }
}
