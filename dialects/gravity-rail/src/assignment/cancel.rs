//! `POST /assignments/{assignment_id}/cancel`, after developer/api/workspace/assignments.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::assignment;
use parlor_kit::{App, Params, reply};

use super::{AssignmentResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// One's own, or anybody's with `assignments:write`. One that has ended stays as it is.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("assignment"))?;
    let cancelled = assignment::cancel(&app.engine, &ctx, key).await?;
    Ok(reply::json(
        StatusCode::OK,
        &AssignmentResponse::of(&cancelled),
    ))
}
