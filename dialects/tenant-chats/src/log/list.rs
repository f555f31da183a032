//! `GET /api/v1/chats/{conversation}/log`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::ids::format_uuid;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, PathParams, QueryParams, response};
use serde::Serialize;
use utoipa::ToSchema;

use super::entry_frame::LogEntryFrame;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_CHAT, READ_SCOPE};
use crate::error::ErrorResponse;
use crate::page::MAX_PAGE_SIZE;
use crate::{HandlerError, ids};

/// A stretch of a chat's log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Log)]
struct ListLogResponse {
    /// The chat.
    chat_id: String,
    /// Every entry after the position asked for, in order; their `seq` has no gap.
    entries: Vec<LogEntryFrame>,
    /// The newest position of the whole log.
    last_seq: i64,
    /// Whether entries are left behind these.
    has_more: bool,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/api/v1/chats/{conversation}/log", handle)
        .doc("Reads a chat's log, every entry of it", "")
        .scope(READ_SCOPE)
        .query(
            "after_seq",
            ParameterKind::AtLeast(0),
            "Only entries after this position; 0 by default.",
        )
        .query(
            "limit",
            ParameterKind::Between(1, MAX_PAGE_SIZE),
            "Entries at the most; 100 by default.",
        )
        .responds::<ListLogResponse>(200, "A stretch of the log.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_CHAT])
}

/// Checks in this order: key, query, id.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let after = query.get_int("after_seq", 0, 0, i64::MAX)?;
    let limit = query.get_int("limit", MAX_PAGE_SIZE, 1, MAX_PAGE_SIZE)?;
    let key = ids::parse_chat_id(params.get("conversation"))?;
    let page = conversation::read_log_page(&app.engine, &ctx, key, after, limit).await?;
    let entries: Vec<_> = page
        .items
        .iter()
        .map(|item| LogEntryFrame::from_item(item, &page))
        .collect();
    let last_read = entries.last().map_or(after, |entry| entry.seq);
    let body = ListLogResponse {
        chat_id: format_uuid(page.conversation),
        last_seq: page.last_seq,
        has_more: last_read < page.last_seq,
        entries,
    };
    Ok(response::json(StatusCode::OK, &body))
}
