//! `GET /api/v2/w/{workspace}` and `GET /api/v2/workspaces/{workspace}`: one of the caller's workspaces. Clients were seen
//! to ask by either path; no page shows one.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{AppState, response};

use super::render_workspace;
use crate::HandlerError;
use crate::auth::Caller;

/// Whoever the workspace lets in. Another one is as unknown as none.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    Ok(response::json(
        StatusCode::OK,
        &render_workspace(&app, &ctx).await?,
    ))
}
