//! `GET /assignments/{assignment_id}/tasks/{assignment_task_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};

use super::{TaskResponse, parse_task_id};
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
        workspace_path!("/assignments/{assignment}/tasks/{task}"),
        handle,
    )
    .doc("Gets a step", VENDOR_PAGE)
    .responds::<TaskResponse>(200, "The step.")
    .errors::<ErrorResponse>(&[NO_SCOPE, NO_TASK])
}

/// The caller's own assignment, or any with `assignments:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let (found, draft) = assignment::find_with_draft(&app.engine, &ctx, key).await?;
    let task = TaskResponse::from_draft(&found, &draft, parse_task_id(&params)?)?;
    Ok(ok_json(&task))
}
