//! Assignments, after developer/api/workspace/assignments. Creating a chat with a workflow creates one.

pub(crate) mod cancel;
pub(crate) mod cel_context;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod list_messages;
pub(crate) mod task;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::workflow::Assignment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/assignments";
const NO_ASSIGNMENT: DocumentedError = (404, "No such assignment.");
const NO_TASK: DocumentedError = (404, "No such assignment or task.");

/// One run of a workflow for one member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignmentResponse {
    id: i64,
    uuid: String,
    workflow_id: i64,
    /// The version it is pinned to; null where it runs the draft.
    workflow_version_number: Option<i64>,
    member_id: i64,
    /// Null when the chat was deleted.
    chat_id: Option<i64>,
    /// `active`, `completed` or `cancelled`.
    status: &'static str,
    /// The present step, from 1.
    current_task_id: Option<i64>,
    created_at: String,
    updated_at: String,
}

impl AssignmentResponse {
    pub(crate) fn from_assignment(assignment: &Assignment) -> Self {
        Self {
            id: assignment.number,
            uuid: ids::format_uuid(assignment.id),
            workflow_id: assignment.workflow,
            workflow_version_number: assignment.workflow_version,
            member_id: assignment.member.number,
            chat_id: assignment.conversation.map(|(number, _)| number),
            status: assignment.status.as_str(),
            current_task_id: assignment.current_task,
            created_at: time::format_iso(assignment.created_at),
            updated_at: time::format_iso(assignment.updated_at),
        }
    }
}
