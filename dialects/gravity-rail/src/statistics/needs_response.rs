//! `GET /chats/needs-response`, named by developer/api/workspace/chats/stats.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::statistics;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::VENDOR_PAGE;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::workspace_path;
use crate::error::ErrorResponse;
use crate::respond::ok_json;

/// Ids in the response at the most; the longest waiting come first.
const MAX_CHAT_IDS: i64 = 10_000;

/// Chats that a human has to answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NeedsResponse {
    /// Longest waiting first, at most 10,000.
    chat_ids: Vec<i64>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/needs-response"), handle)
        .doc("Lists the chats that await a human", VENDOR_PAGE)
        .responds::<NeedsResponse>(200, "Their ids.")
        .errors::<ErrorResponse>(&[])
}

/// Unarchived chats: the caller's own, or with `chats:read` those of the workspace, without other members' DMs.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let chat_ids = statistics::needs_response(&app.engine, &ctx, MAX_CHAT_IDS).await?;
    Ok(ok_json(&NeedsResponse { chat_ids }))
}
