//! `GET /assignments/{assignment_id}/current-task-detail`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::Error;
use parlor_model::error::EntityKind;

use super::TaskResponse;
use crate::HandlerError;
use crate::assignment::{NO_TASK, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/assignments/{assignment}/current-task-detail"),
        handle,
    )
    .doc("Gets the present step", VENDOR_PAGE)
    .responds::<TaskResponse>(200, "The step.")
    .errors::<ErrorResponse>(&[NO_SCOPE, NO_TASK])
}

/// The caller's own assignment, or any with `assignments:read`. Not found where the workflow has no tasks.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let (found, draft) = assignment::find_with_draft(&app.engine, &ctx, key).await?;
    let current = found
        .current_task
        .ok_or_else(|| Error::not_found(EntityKind::Task))?;
    let task = TaskResponse::from_draft(&found, &draft, current)?;
    Ok(ok_json(&task))
}
