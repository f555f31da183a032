//! Commands that create a workflow and change its draft.

use crate::inbox::InboxKey;
use crate::member::MemberKey;
use crate::phone_number::PhoneNumberKey;
use crate::workflow::RoleAccess;

/// What to make a workflow of.
#[derive(Debug, Clone)]
pub struct CreateWorkflow {
    /// What it is called.
    pub name: String,
    /// Unique in the workspace; made of the name when absent.
    pub slug: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// The assistant that runs it.
    pub agent: Option<MemberKey>,
    /// The phone number used where none is named.
    pub default_phone_number: Option<PhoneNumberKey>,
    /// The inbox used where none is named.
    pub default_inbox: Option<InboxKey>,
    /// Its steps.
    pub tasks: Vec<serde_json::Value>,
    /// What its assistant says first.
    pub opening_message: Option<String>,
    /// What may be done with it.
    pub permissions: Option<serde_json::Value>,
    /// Which roles may do what with it.
    pub role_access: Vec<RoleAccess>,
}

/// What to change of a workflow's draft. `None` keeps; `Some(None)` clears.
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
    /// New opening.
    pub opening_message: Option<Option<String>>,
    /// Archive or bring back.
    pub archived: Option<bool>,
    /// New permissions.
    pub permissions: Option<Option<serde_json::Value>>,
    /// New access of roles.
    pub role_access: Option<Vec<RoleAccess>>,
}
