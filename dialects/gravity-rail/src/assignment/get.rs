//! `GET /assignments/{assignment_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::assignment;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};

use super::{AssignmentResponse, NO_ASSIGNMENT, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/assignments/{assignment}"), handle)
        .doc("Gets an assignment", VENDOR_PAGE)
        .responds::<AssignmentResponse>(200, "The assignment.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_ASSIGNMENT])
}

/// The caller's own assignment, or any with `assignments:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let found = assignment::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&AssignmentResponse::from_assignment(&found)))
}
