//! `GET /assignments/{assignment_id}/tasks/{assignment_task_id}`, `PUT` its `/select`, and
//! `GET /assignments/{assignment_id}/current-task-detail`, after developer/api/workspace/assignments. A task is a step of
//! the version the assignment is pinned to, counted from 1.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{App, Params, ids, reply};
use parlor_model::error::Noun;
use parlor_model::workflow::{Assignment, AssignmentStatus, Draft, UpdateAssignment};
use parlor_model::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{AssignmentResponse, key};
use crate::Fail;
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
    fn of(assignment: &Assignment, draft: &Draft, id: i64) -> Result<Self> {
        let index = usize::try_from(id - 1).ok();
        let task = index.and_then(|index| draft.tasks.get(index));
        let task = task.and_then(Value::as_object).cloned();
        let task = task.ok_or_else(|| Error::not_found(Noun::Task))?;
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

fn task(params: &Params) -> Result<i64> {
    ids::parse_number(params.get("task")).ok_or_else(|| Error::not_found(Noun::Task))
}

/// A step. One's own, or anybody's with `assignments:read`.
pub(crate) async fn get(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("assignment"))?;
    let (found, draft) = assignment::plan(&app.engine, &ctx, key).await?;
    let task = TaskResponse::of(&found, &draft, task(&params)?)?;
    Ok(reply::json(StatusCode::OK, &task))
}

/// The present step; an assignment whose workflow has no steps has none. One's own, or anybody's with
/// `assignments:read`.
pub(crate) async fn current(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("assignment"))?;
    let (found, draft) = assignment::plan(&app.engine, &ctx, key).await?;
    let present = found
        .current_task
        .ok_or_else(|| Error::not_found(Noun::Task))?;
    let task = TaskResponse::of(&found, &draft, present)?;
    Ok(reply::json(StatusCode::OK, &task))
}

/// Makes a step the present one. One's own, or anybody's with `assignments:write`.
pub(crate) async fn select(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("assignment"))?;
    let task = task(&params);
    // Who may not learns nothing of the steps.
    assignment::find(&app.engine, &ctx, key).await?;
    let command = UpdateAssignment {
        current_task: Some(task?),
        ..UpdateAssignment::default()
    };
    let changed = assignment::update(&app.engine, &ctx, key, command).await?;
    Ok(reply::json(
        StatusCode::OK,
        &AssignmentResponse::of(&changed),
    ))
}
