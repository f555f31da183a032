//! `GET /chats/tool-call-names`, named by developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::statistics;
use parlor_kit::{AppState, response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::HandlerError;
use crate::auth::Caller;

/// The names of the tools that were ever called, sorted, at most 1,000.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolCallNames(Vec<String>);

/// Asks for `chats:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let names = statistics::tool_names(&app.engine, &ctx).await?;
    Ok(response::json(StatusCode::OK, &ToolCallNames(names)))
}
