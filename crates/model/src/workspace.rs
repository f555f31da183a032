//! Organizations and their workspaces.

use crate::call_language::CallLanguage;
use crate::ctx::WorkspaceRef;
use crate::sending_policy::{SendingPolicy, UpdateSendingPolicy};
use crate::string_enum::string_enum;
use crate::time::Timestamp;
use crate::web_chat::{UpdateWebChat, WebChat};

string_enum! {
    /// Effect of deleting a space on its conversations.
    SpaceDeletePolicy {
        /// The conversations stay, without a space.
        Detach = "detach",
        /// A space with conversations cannot be deleted.
        Refuse = "refuse",
        /// The conversations are deleted with the space.
        Delete = "delete",
    }
}

string_enum! {
    /// JSON shape of offset-paged lists, for dialects whose clients disagree about it.
    ListShape {
        /// The shape that the vendor documents for each list.
        Documented = "documented",
        /// Every list is an object with rows, total and page.
        Envelope = "envelope",
        /// Every list is an array of rows.
        Array = "array",
    }
}

/// Policy of a workspace, set by its operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspacePolicy {
    /// Creating a conversation for another member requires `conversations:write`.
    pub require_scope_for_others: bool,
    /// Effect of deleting a space on its conversations.
    pub space_delete: SpaceDeletePolicy,
    /// Dialogues with assistants require a session that carries a custom role.
    pub require_roles: bool,
    /// Region of phone numbers without a country code; if absent, such numbers are refused.
    pub region: Option<Region>,
    /// JSON shape of offset-paged lists, for dialects whose clients disagree about it.
    pub list_shape: ListShape,
    /// When and how fast it sends over its carriers.
    pub sending: SendingPolicy,
    /// Language of its calls; the carrier's own without it.
    pub call_language: Option<CallLanguage>,
}

impl Default for WorkspacePolicy {
    fn default() -> Self {
        Self {
            require_scope_for_others: false,
            space_delete: SpaceDeletePolicy::Detach,
            require_roles: false,
            region: None,
            list_shape: ListShape::Documented,
            sending: SendingPolicy::default(),
            call_language: None,
        }
    }
}

/// Country or territory: two capital letters as in ISO 3166-1 alpha-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// Parses two ASCII letters in either case. It is not checked whether the region exists.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        let is_letters = letters.iter().all(u8::is_ascii_alphabetic);
        is_letters.then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// Returns the two letters.
    pub fn as_str(&self) -> &str {
        // Always ASCII, by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Changes to a workspace. `None` keeps a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateWorkspace {
    /// Name.
    pub name: Option<String>,
    /// Region of phone numbers without a country code; `Some(None)` refuses such numbers.
    pub region: Option<Option<Region>>,
    /// Effect of deleting a space on its conversations.
    pub space_delete: Option<SpaceDeletePolicy>,
    /// Creating a conversation for another member requires `conversations:write`.
    pub require_scope_for_others: Option<bool>,
    /// Dialogues with assistants require a session that carries a custom role.
    pub require_roles: Option<bool>,
    /// JSON shape of offset-paged lists, for dialects whose clients disagree about it.
    pub list_shape: Option<ListShape>,
    /// When and how fast it sends over its carriers.
    pub sending: UpdateSendingPolicy,
    /// Language of its calls.
    pub call_language: Option<Option<CallLanguage>>,
    /// Web chat.
    pub web_chat: UpdateWebChat,
}

impl UpdateWorkspace {
    /// Returns the policy with the changes applied.
    pub fn apply(&self, policy: &WorkspacePolicy) -> WorkspacePolicy {
        WorkspacePolicy {
            region: self.region.unwrap_or(policy.region),
            space_delete: self.space_delete.unwrap_or(policy.space_delete),
            require_scope_for_others: self
                .require_scope_for_others
                .unwrap_or(policy.require_scope_for_others),
            require_roles: self.require_roles.unwrap_or(policy.require_roles),
            list_shape: self.list_shape.unwrap_or(policy.list_shape),
            sending: self.sending.apply(&policy.sending),
            call_language: (self.call_language.clone())
                .unwrap_or_else(|| policy.call_language.clone()),
        }
    }
}

/// Workspace with all its columns.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Number, id and organization.
    pub key: WorkspaceRef,
    /// Name.
    pub name: String,
    /// Name of the organization.
    pub organization_name: String,
    /// Policy.
    pub policy: WorkspacePolicy,
    /// Web chat.
    pub web_chat: WebChat,
    /// Creation time.
    pub created_at: Timestamp,
}
