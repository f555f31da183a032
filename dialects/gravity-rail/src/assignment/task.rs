//! `GET /assignments/{assignment_id}/tasks/{assignment_task_id}`, `PUT` its `/select`, and
//! `GET /assignments/{assignment_id}/current-task-detail`, after developer/api/workspace/assignments. A task is a step of
//! the version the assignment is pinned to, counted from 1.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{AppState, PathParams, ids, response};
use parlor_model::error::EntityKind;
use parlor_model::workflow::{Assignment, AssignmentStatus, UpdateAssignment, WorkflowDraft};
use parlor_model::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{AssignmentResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

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
        let present = assignment.current_task.unwrap_or(1);
        let is_active = assignment.status == AssignmentStatus::Active;
        let status = match assignment.status {
            AssignmentStatus::Completed => "completed",
            _ if id < present => "completed",
            AssignmentStatus::Active if id == present => "current",
            _ => "pending",
        };
        Ok(Self {
            id,
            assignment_id: assignment.number,
            name: task.get("name").and_then(Value::as_str).map(str::to_owned),
            is_current: is_active && id == present,
            status,
            task,
        })
    }
}

fn parse_task_id(params: &PathParams) -> Result<i64> {
    ids::parse_number(params.get("task")).ok_or_else(|| Error::not_found(EntityKind::Task))
}

/// A step. One's own, or anybody's with `assignments:read`.
pub(crate) async fn get(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let (found, draft) = assignment::find_with_draft(&app.engine, &ctx, key).await?;
    let task = TaskResponse::from_draft(&found, &draft, parse_task_id(&params)?)?;
    Ok(response::json(StatusCode::OK, &task))
}

/// The present step; an assignment whose workflow has no steps has none. One's own, or anybody's with
/// `assignments:read`.
pub(crate) async fn current(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let (found, draft) = assignment::find_with_draft(&app.engine, &ctx, key).await?;
    let present = found
        .current_task
        .ok_or_else(|| Error::not_found(EntityKind::Task))?;
    let task = TaskResponse::from_draft(&found, &draft, present)?;
    Ok(response::json(StatusCode::OK, &task))
}

/// Makes a step the present one. One's own, or anybody's with `assignments:write`.
pub(crate) async fn select(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let task = parse_task_id(&params);
    // Who may not learns nothing of the steps.
    assignment::find(&app.engine, &ctx, key).await?;
    let command = UpdateAssignment {
        current_task: Some(task?),
        ..UpdateAssignment::default()
    };
    let changed = assignment::update(&app.engine, &ctx, key, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &AssignmentResponse::from_assignment(&changed),
    ))
}
