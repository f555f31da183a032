//! `PUT /assignments/{assignment_id}`, after developer/api/workspace/assignments.
//!
//! Read and ignored: what an assignment was made of, which never changes.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::workflow::{AssignmentStatus, UpdateAssignment};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AssignmentResponse, key};
use crate::auth::Caller;
use crate::{Fail, body};

/// What to change of an assignment; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateAssignmentRequest {
    status: Option<StatusWord>,
    /// A step of its workflow, from 1.
    current_task_id: Option<i64>,
}

/// Where an assignment is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatusWord {
    Active,
    Completed,
    Cancelled,
}

/// One's own, or anybody's with `assignments:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: UpdateAssignmentRequest = body::read(payload).await?;
    let key = key(params.get("assignment"))?;
    let command = UpdateAssignment {
        status: request.status.map(|status| match status {
            StatusWord::Active => AssignmentStatus::Active,
            StatusWord::Completed => AssignmentStatus::Completed,
            StatusWord::Cancelled => AssignmentStatus::Cancelled,
        }),
        current_task: request.current_task_id,
    };
    let changed = assignment::update(&app.engine, &ctx, key, command).await?;
    Ok(reply::json(
        StatusCode::OK,
        &AssignmentResponse::of(&changed),
    ))
}
