//! `POST /assignments/{assignment_id}/cancel`, after developer/api/workspace/assignments.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{AppState, PathParams, response};

use super::{AssignmentResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// One's own, or anybody's with `assignments:write`. One that has ended stays as it is.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let cancelled = assignment::cancel(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &AssignmentResponse::from_assignment(&cancelled),
    ))
}
