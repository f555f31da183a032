//! `GET /assignments/{assignment_id}`, after developer/api/workspace/assignments.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{App, Params, reply};

use super::{AssignmentResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// One's own, or anybody's with `assignments:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("assignment"))?;
    let found = assignment::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &AssignmentResponse::of(&found)))
}
