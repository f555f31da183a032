//! `GET /api/v1/chats/{conversation}/log`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Params, Query, ids as core, reply};
use serde::Serialize;
use utoipa::ToSchema;

use super::frame::Frame;
use crate::auth::Caller;
use crate::page::LARGEST;
use crate::{Fail, ids};

/// A stretch of a chat's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Log {
    /// The chat.
    chat_id: String,
    /// Every entry after the position asked for, in order; their `seq` has no gap.
    entries: Vec<Frame>,
    /// The newest position of the whole log.
    last_seq: i64,
    /// Whether entries are left behind these.
    has_more: bool,
}

/// Checks in this order: key, query, id.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let after = query.int("after_seq", 0, 0, i64::MAX)?;
    let limit = query.int("limit", LARGEST, 1, LARGEST)?;
    let key = ids::chat(params.get("conversation"))?;
    let found = conversation::chronicle(&app.engine, &ctx, key, after, limit).await?;
    let entries: Vec<_> = found
        .items
        .iter()
        .map(|item| Frame::of(item, &found))
        .collect();
    let read = entries.last().map_or(after, |entry| entry.seq);
    let body = Log {
        chat_id: core::dashed(found.conversation),
        last_seq: found.last_seq,
        has_more: read < found.last_seq,
        entries,
    };
    Ok(reply::json(StatusCode::OK, &body))
}
