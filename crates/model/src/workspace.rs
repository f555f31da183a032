//! Organizations and their workspaces.

use crate::ctx::WorkspaceRef;
use crate::id::{OrganizationId, WorkspaceId};
use crate::string_enum::string_enum;
use crate::time::Timestamp;
use crate::web_chat::{UpdateWebChat, WebChat};

string_enum! {
    /// What happens to the conversations of a space that is deleted.
    SpaceDeletePolicy {
        /// They stay and lose their space.
        Detach = "detach",
        /// The space cannot be deleted while it has some.
        Refuse = "refuse",
        /// They are deleted with it.
        Delete = "delete",
    }
}

string_enum! {
    /// The shape of numbered lists, in vocabularies whose clients disagree about it.
    ListShape {
        /// As the vendor's page of each list has it.
        Documented = "documented",
        /// Every list is an object with its rows, how many there are, and the page.
        Envelope = "envelope",
        /// Every list is an array of its rows.
        Array = "array",
    }
}

/// What an operator may decide per workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspacePolicy {
    /// Creating a conversation for another member asks for `conversations:write`.
    pub require_scope_for_others: bool,
    /// What deleting a space does to its conversations.
    pub space_delete: SpaceDeletePolicy,
    /// Talking with assistants asks for a session that carries one of the workspace's own roles.
    pub require_roles: bool,
    /// Where phone numbers without a country code are from; without it they are refused.
    pub region: Option<Region>,
    /// The shape of numbered lists, in vocabularies whose clients disagree about it.
    pub list_shape: ListShape,
}

impl Default for WorkspacePolicy {
    fn default() -> Self {
        Self {
            require_scope_for_others: false,
            space_delete: SpaceDeletePolicy::Detach,
            require_roles: false,
            region: None,
            list_shape: ListShape::Documented,
        }
    }
}

/// A country or territory: two capital letters, as ISO 3166-1 alpha-2 has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// Two ASCII letters in either case. Whether such a region exists is not looked at.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        let is_letters = letters.iter().all(u8::is_ascii_alphabetic);
        is_letters.then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        // Two ASCII letters, by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// What to change of a workspace. `None` keeps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateWorkspace {
    /// Its name.
    pub name: Option<String>,
    /// Where phone numbers without a country code are from; `Some(None)` refuses them.
    pub region: Option<Option<Region>>,
    /// What deleting a space does to its conversations.
    pub space_delete: Option<SpaceDeletePolicy>,
    /// Creating a conversation for another member asks for `conversations:write`.
    pub require_scope_for_others: Option<bool>,
    /// Talking with assistants asks for a session that carries one of the workspace's own roles.
    pub require_roles: Option<bool>,
    /// The shape of numbered lists, in vocabularies whose clients disagree about it.
    pub list_shape: Option<ListShape>,
    /// What its visitors see, and who answers them.
    pub web_chat: UpdateWebChat,
}

impl UpdateWorkspace {
    /// The policy with these changes.
    pub fn apply(&self, policy: WorkspacePolicy) -> WorkspacePolicy {
        WorkspacePolicy {
            region: self.region.unwrap_or(policy.region),
            space_delete: self.space_delete.unwrap_or(policy.space_delete),
            require_scope_for_others: self
                .require_scope_for_others
                .unwrap_or(policy.require_scope_for_others),
            require_roles: self.require_roles.unwrap_or(policy.require_roles),
            list_shape: self.list_shape.unwrap_or(policy.list_shape),
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
    pub policy: WorkspacePolicy,
    /// What its visitors see, and who answers them.
    pub web_chat: WebChat,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What making a workspace made.
#[derive(Debug, Clone)]
pub struct WorkspaceIds {
    /// The organization, new or given.
    pub organization: OrganizationId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its owner member.
    pub owner: crate::member::MemberRef,
}
