//! `GET /chats/needs-response`, named by developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::statistics;
use parlor_kit::{AppState, response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::HandlerError;
use crate::auth::Caller;

/// Ids at the most: those that wait longest.
const MAX_CHAT_IDS: i64 = 10_000;

/// Chats that a human has to answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NeedsResponse {
    /// Longest waiting first, at most 10,000.
    chat_ids: Vec<i64>,
}

/// Unarchived chats. The caller's own, or with `chats:read` those of the workspace; DMs of others never.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let chat_ids = statistics::needs_response(&app.engine, &ctx, MAX_CHAT_IDS).await?;
    Ok(response::json(StatusCode::OK, &NeedsResponse { chat_ids }))
}
