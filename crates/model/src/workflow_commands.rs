//! Commands that create a workflow and change its draft.

use crate::inbox::InboxKey;
use crate::member::MemberKey;
use crate::phone_number::PhoneNumberKey;
use crate::workflow::RoleAccess;

/// Command that creates a workflow.
#[derive(Debug, Clone)]
pub struct CreateWorkflow {
    /// Display name.
    pub name: String,
    /// Slug, unique in the workspace; derived from the name if absent.
    pub slug: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Assistant that runs it.
    pub agent: Option<MemberKey>,
    /// Default phone number.
    pub default_phone_number: Option<PhoneNumberKey>,
    /// Default inbox.
    pub default_inbox: Option<InboxKey>,
    /// Steps.
    pub tasks: Vec<serde_json::Value>,
    /// First message of the assistant.
    pub opening_message: Option<String>,
    /// Permissions.
    pub permissions: Option<serde_json::Value>,
    /// Access of roles to the workflow.
    pub role_access: Vec<RoleAccess>,
}

/// Changes to a workflow's draft. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateWorkflow {
    /// New name.
    pub name: Option<String>,
    /// New slug.
    pub slug: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New assistant.
    pub agent: Option<Option<MemberKey>>,
    /// New default phone number.
    pub default_phone_number: Option<Option<PhoneNumberKey>>,
    /// New default inbox.
    pub default_inbox: Option<Option<InboxKey>>,
    /// New steps.
    pub tasks: Option<Vec<serde_json::Value>>,
    /// New first message.
    pub opening_message: Option<Option<String>>,
    /// Archives or restores.
    pub archived: Option<bool>,
    /// New permissions.
    pub permissions: Option<Option<serde_json::Value>>,
    /// New access of roles.
    pub role_access: Option<Vec<RoleAccess>>,
}
