//! Workflows, their immutable published versions, and assignments.

use crate::access::WorkspaceRole;
use crate::id::{AssignmentId, ConversationId, IdOrNumber, WorkflowId, WorkflowVersionId, kind};
use crate::member::{MemberKey, MemberRef};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

/// How a caller names a workflow.
pub type WorkflowKey = IdOrNumber<kind::Workflow>;
/// How a caller names an assignment.
pub type AssignmentKey = IdOrNumber<kind::Assignment>;

/// A workflow: the draft that is edited, and which version is active.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: WorkflowId,
    /// The draft.
    pub draft: WorkflowDraft,
    /// The version new conversations are pinned to.
    pub active_version: Option<i64>,
    /// What may be done with it, as its maker put it: an object or an array, at most 16 KiB of JSON.
    pub permissions: Option<serde_json::Value>,
    /// Which roles may do what with it.
    pub role_access: Vec<RoleAccess>,
    /// Put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What members of a role may do with a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleAccess {
    /// The role.
    pub role: WorkspaceRole,
    /// A set of bits whose meaning is their writer's.
    pub mode: u32,
}

/// What a version freezes.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowDraft {
    /// Unique in the workspace; made of the name when absent.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// A text about it, at most 10,000 characters.
    pub description: Option<String>,
    /// The assistant that runs it, as a member number.
    pub agent: Option<i64>,
    /// The phone number used where none is named.
    pub default_phone_number: Option<i64>,
    /// The inbox used where none is named.
    pub default_inbox: Option<i64>,
    /// Its steps, as a JSON array.
    pub tasks: Vec<serde_json::Value>,
    /// What its assistant says first, at most 10,000 characters.
    pub opening_message: Option<String>,
}

/// A published version. Never changes.
#[derive(Debug, Clone)]
pub struct WorkflowVersion {
    /// Its number among all versions of the workspace; unlike [`WorkflowVersion::version`] unique in it.
    pub number: i64,
    /// Its id.
    pub id: WorkflowVersionId,
    /// The number of the workflow.
    pub workflow: i64,
    /// 1, 2, 3 ...
    pub version: i64,
    /// The draft as it was.
    pub snapshot: WorkflowDraft,
    /// What its publisher said about it; the one thing that may be edited.
    pub note: Option<String>,
    /// Who published it.
    pub author: Option<i64>,
    /// When.
    pub created_at: Timestamp,
}

string_enum! {
    /// Where an assignment is.
    AssignmentStatus {
        /// Under way.
        Active = "active",
        /// Done.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

/// One run of a workflow for one member, in one conversation.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: AssignmentId,
    /// The workflow's number.
    pub workflow: i64,
    /// The version it is pinned to; `None` is the draft.
    pub workflow_version: Option<i64>,
    /// For whom.
    pub member: MemberRef,
    /// Where: number and id of the conversation.
    pub conversation: Option<(i64, ConversationId)>,
    /// Where it is.
    pub status: AssignmentStatus,
    /// The present step, from 1.
    pub current_task: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Which assignments a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssignmentFilter {
    /// Only those for this member.
    pub member: Option<i64>,
    /// Only those of this workflow.
    pub workflow: Option<i64>,
    /// Only those that are there.
    pub status: Option<AssignmentStatus>,
}

/// What to make an assignment of.
#[derive(Debug, Clone)]
pub struct CreateAssignment {
    /// The workflow to run.
    pub workflow: WorkflowKey,
    /// The published version to pin it to; the active one when absent, the draft when none is active.
    pub workflow_version: Option<i64>,
    /// For whom; the acting member when absent.
    pub member: Option<MemberKey>,
}

/// What to change of an assignment. `None` keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpdateAssignment {
    /// Where it is.
    pub status: Option<AssignmentStatus>,
    /// The present step, from 1; one that the workflow has.
    pub current_task: Option<i64>,
}
