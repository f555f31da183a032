//! `GET /chats/needs-response`, named by developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::statistics;
use parlor_kit::{App, reply};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Fail;
use crate::auth::Caller;

/// Ids at the most: those that wait longest.
const MOST: i64 = 10_000;

/// Chats that a human has to answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NeedsResponse {
    /// Longest waiting first, at most 10,000.
    chat_ids: Vec<i64>,
}

/// Unarchived chats. The caller's own, or with `chats:read` those of the workspace; DMs of others never.
pub(crate) async fn handle(State(app): State<App>, Caller(ctx): Caller) -> Result<Response, Fail> {
    let chat_ids = statistics::waiting(&app.engine, &ctx, MOST).await?;
    Ok(reply::json(StatusCode::OK, &NeedsResponse { chat_ids }))
}
