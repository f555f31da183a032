//! Workflows, their immutable published versions, and assignments.

use crate::access::WorkspaceRole;
use crate::id::{AssignmentId, ConversationId, IdOrNumber, WorkflowId, WorkflowVersionId, kind};
use crate::member::{MemberKey, MemberRef};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

/// Key by which a caller addresses a workflow.
pub type WorkflowKey = IdOrNumber<kind::Workflow>;
/// Key by which a caller addresses an assignment.
pub type AssignmentKey = IdOrNumber<kind::Assignment>;

/// Workflow: the editable draft and the active version.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: WorkflowId,
    /// Draft.
    pub draft: WorkflowDraft,
    /// Version to which new conversations are pinned.
    pub active_version: Option<i64>,
    /// Permissions, stored uninterpreted: an object or an array, at most 16 KiB of JSON.
    pub permissions: Option<serde_json::Value>,
    /// Access of roles to the workflow.
    pub role_access: Vec<RoleAccess>,
    /// Archive time; `None` while in use.
    pub archived_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Access of a role to a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleAccess {
    /// Role.
    pub role: WorkspaceRole,
    /// Bit mask, stored uninterpreted.
    pub mode: u32,
}

/// Content of a workflow that a version freezes.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowDraft {
    /// Slug, unique in the workspace; derived from the name if absent.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Description, at most 10,000 characters.
    pub description: Option<String>,
    /// Member number of the assistant that runs it.
    pub agent: Option<i64>,
    /// Default phone number.
    pub default_phone_number: Option<i64>,
    /// Default inbox.
    pub default_inbox: Option<i64>,
    /// Steps, as a JSON array.
    pub tasks: Vec<serde_json::Value>,
    /// First message of the assistant, at most 10,000 characters.
    pub opening_message: Option<String>,
}

/// Published version; immutable.
#[derive(Debug, Clone)]
pub struct WorkflowVersion {
    /// Row number, unique in the workspace, unlike [`WorkflowVersion::version`].
    pub number: i64,
    /// Public id.
    pub id: WorkflowVersionId,
    /// Workflow number.
    pub workflow: i64,
    /// Version number, counted from 1 per workflow.
    pub version: i64,
    /// Draft at the time of publishing.
    pub snapshot: WorkflowDraft,
    /// Note of the publisher; the only mutable column.
    pub note: Option<String>,
    /// Member number of the publisher.
    pub author: Option<i64>,
    /// Time.
    pub created_at: Timestamp,
}

string_enum! {
    /// Status of an assignment.
    AssignmentStatus {
        /// In progress.
        Active = "active",
        /// Done.
        Completed = "completed",
        /// Cancelled.
        Cancelled = "cancelled",
    }
}

/// Run of a workflow for one member in one conversation.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: AssignmentId,
    /// Workflow number.
    pub workflow: i64,
    /// Version it is pinned to; `None` is the draft.
    pub workflow_version: Option<i64>,
    /// Assigned member.
    pub member: MemberRef,
    /// Number and id of the conversation.
    pub conversation: Option<(i64, ConversationId)>,
    /// Status.
    pub status: AssignmentStatus,
    /// Current step, counted from 1.
    pub current_task: Option<i64>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Filter of an assignment list.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssignmentFilter {
    /// Only assignments of this member.
    pub member: Option<i64>,
    /// Only assignments of this workflow.
    pub workflow: Option<i64>,
    /// Only assignments with this status.
    pub status: Option<AssignmentStatus>,
}

/// Command that creates an assignment.
#[derive(Debug, Clone)]
pub struct CreateAssignment {
    /// Workflow to run.
    pub workflow: WorkflowKey,
    /// Published version to pin; if absent the active version, or the draft if no version is active.
    pub workflow_version: Option<i64>,
    /// Assigned member; the acting member if absent.
    pub member: Option<MemberKey>,
}

/// Changes to an assignment. `None` keeps a field.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpdateAssignment {
    /// New status.
    pub status: Option<AssignmentStatus>,
    /// New current step, counted from 1; must exist in the workflow.
    pub current_task: Option<i64>,
}
