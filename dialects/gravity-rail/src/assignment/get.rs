//! `GET /assignments/{assignment_id}`, after developer/api/workspace/assignments.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{AppState, PathParams, response};

use super::{AssignmentResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// One's own, or anybody's with `assignments:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("assignment"))?;
    let found = assignment::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &AssignmentResponse::from_assignment(&found),
    ))
}
