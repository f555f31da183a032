//! `PUT /assignments/{assignment_id}/tasks/{assignment_task_id}/select`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams};
use parlor_model::workflow::UpdateAssignment;

use super::parse_task_id;
use crate::HandlerError;
use crate::assignment::{AssignmentResponse, NO_TASK, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    put(
        workspace_path!("/assignments/{assignment}/tasks/{task}/select"),
        handle,
    )
    .doc("Makes a step the present one", VENDOR_PAGE)
    .responds::<AssignmentResponse>(200, "The assignment as it is now.")
    .errors::<ErrorResponse>(&[NO_SCOPE, NO_TASK])
}

/// Makes a task the current one. The caller's own assignment, or any with `assignments:write`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let task = parse_task_id(&params);
    // An assignment that the caller may not see is not found, whatever the task's number is.
    assignment::find(&app.engine, &ctx, key).await?;
    let command = UpdateAssignment {
        current_task: Some(task?),
        ..UpdateAssignment::default()
    };
    let changed = assignment::update(&app.engine, &ctx, key, command).await?;
    Ok(ok_json(&AssignmentResponse::from_assignment(&changed)))
}
