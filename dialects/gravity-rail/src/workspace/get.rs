//! `GET /api/v2/w/{workspace}` and `GET /api/v2/workspaces/{workspace}`: one of the caller's workspaces. Clients were seen
//! to ask by either path; no page shows one.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{App, reply};

use super::shown;
use crate::Fail;
use crate::auth::Caller;

/// Whoever the workspace lets in. Another one is as unknown as none.
pub(crate) async fn handle(State(app): State<App>, Caller(ctx): Caller) -> Result<Response, Fail> {
    Ok(reply::json(StatusCode::OK, &shown(&app, &ctx).await?))
}
