//! Tasks of an assignment, after developer/api/workspace/assignments: the steps of the workflow version that the
//! assignment is pinned to, numbered from 1.

pub(crate) mod get;
pub(crate) mod get_current;
pub(crate) mod select;

use parlor_kit::{PathParams, ids};
use parlor_model::error::EntityKind;
use parlor_model::workflow::{Assignment, AssignmentStatus, WorkflowDraft};
use parlor_model::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A step of an assignment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskResponse {
    /// From 1.
    id: i64,
    assignment_id: i64,
    /// What the step calls itself.
    name: Option<String>,
    is_current: bool,
    /// `completed` before the present step, `current`, or `pending` behind it. In an assignment that is completed,
    /// every step is; in one that was cancelled none is current.
    status: &'static str,
    /// The step as the workflow has it.
    #[schema(value_type = Object)]
    task: Map<String, Value>,
}

impl TaskResponse {
    fn from_draft(assignment: &Assignment, draft: &WorkflowDraft, id: i64) -> Result<Self> {
        let index = usize::try_from(id - 1).ok();
        let task = index.and_then(|index| draft.tasks.get(index));
        let task = task.and_then(Value::as_object).cloned();
        let task = task.ok_or_else(|| Error::not_found(EntityKind::Task))?;
        let current = assignment.current_task.unwrap_or(1);
        let is_active = assignment.status == AssignmentStatus::Active;
        let status = match assignment.status {
            AssignmentStatus::Completed => "completed",
            _ if id < current => "completed",
            AssignmentStatus::Active if id == current => "current",
            _ => "pending",
        };
        Ok(Self {
            id,
            assignment_id: assignment.number,
            name: task.get("name").and_then(Value::as_str).map(str::to_owned),
            is_current: is_active && id == current,
            status,
            task,
        })
    }
}

/// Parses the `task` path parameter. Anything but a positive decimal is an unknown task.
fn parse_task_id(params: &PathParams) -> Result<i64> {
    ids::parse_number(params.get("task")).ok_or_else(|| Error::not_found(EntityKind::Task))
}
