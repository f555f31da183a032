//! Windows of a log: the items around a position.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::log;
use parlor_kit::{AppState, PathParams, QueryParams, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Result};

use super::{ItemView, parse_key};
use crate::error_page::PageError;
use crate::visit::Visit;

/// Items of a window.
pub(super) const WINDOW_ITEMS: i64 = 100;

/// A part of a log.
pub(super) struct LogWindow {
    pub(super) items: Vec<ItemView>,
    /// Seq of the first item, if there are earlier ones.
    pub(super) earlier: Option<i64>,
    /// Seq after which there are later ones.
    pub(super) later: Option<i64>,
    /// Seq of the last item, from which the socket goes on.
    pub(super) reached: i64,
}

/// Reads the newest items that are before a seq, or the newest of all.
pub(super) async fn read(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
    (before, last_seq): (Option<i64>, i64),
) -> Result<LogWindow> {
    let end = before
        .map_or(last_seq, |before| (before - 1).min(last_seq))
        .max(0);
    let mut after = (end - WINDOW_ITEMS).max(0);
    let start = after;
    let mut items: Vec<ItemView> = Vec::new();
    // A page ends early where messages are long.
    while after < end {
        let page = log::read_page(&app.engine, ctx, key, after, end - after).await?;
        let Some(last) = page.items.last() else {
            break;
        };
        after = last.seq();
        items.extend(page.items.iter().map(|item| ItemView::new(item, &page)));
    }
    Ok(LogWindow {
        items,
        earlier: (start > 0).then_some(start + 1),
        later: (end < last_seq).then_some(end),
        reached: after.max(start),
    })
}

/// Answers earlier items, for script.
pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, PageError> {
    let key = parse_key(&params)?;
    let before = query.get_int("before", i64::MAX, 1, i64::MAX)?;
    let found = super::find(&app, &visit.ctx, key).await?;
    let last_seq = found.conversation.last_seq;
    let window = read(&app, &visit.ctx, key, (Some(before), last_seq)).await?;
    let answer = serde_json::json!({ "items": window.items, "earlier": window.earlier });
    Ok(response::json(StatusCode::OK, &answer))
}
