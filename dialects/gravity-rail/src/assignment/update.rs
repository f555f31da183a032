//! `PUT /assignments/{assignment_id}`.
//!
//! Read and ignored: `workflowId`, `workflowVersionNumber` and `memberId`, which never change.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::workflow::{AssignmentStatus, UpdateAssignment};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AssignmentResponse, NO_TASK, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to change of an assignment; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateAssignmentRequest {
    status: Option<AssignmentStatusParam>,
    /// A step of its workflow, from 1.
    current_task_id: Option<i64>,
}

/// Where an assignment is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StatusWord)]
enum AssignmentStatusParam {
    Active,
    Completed,
    Cancelled,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/assignments/{assignment}"), handle)
        .doc("Updates an assignment", VENDOR_PAGE)
        .body::<UpdateAssignmentRequest>()
        .optional()
        .responds::<AssignmentResponse>(200, "The assignment as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_TASK, TOO_LARGE])
}

/// The caller's own assignment, or any with `assignments:write`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateAssignmentRequest = body::parse(payload).await?;
    let key = parse_key(params.get("assignment"))?;
    let command = UpdateAssignment {
        status: request.status.map(|status| match status {
            AssignmentStatusParam::Active => AssignmentStatus::Active,
            AssignmentStatusParam::Completed => AssignmentStatus::Completed,
            AssignmentStatusParam::Cancelled => AssignmentStatus::Cancelled,
        }),
        current_task: request.current_task_id,
    };
    let changed = assignment::update(&app.engine, &ctx, key, command).await?;
    Ok(ok_json(&AssignmentResponse::from_assignment(&changed)))
}
