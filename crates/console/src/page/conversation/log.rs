//! The log of a conversation: every change, gap-free.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{AppState, PathParams, QueryParams};

use super::window::{self, LogWindow};
use super::{ConversationHead, parse_key};
use crate::error_page::PageError;
use crate::page::inbox;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/conversation/log.html")]
struct LogTable {
    shell: Shell,
    head: ConversationHead,
    window: LogWindow,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, PageError> {
    let before = query.get_int("before", 0, 0, i64::MAX)?;
    let before = Some(before).filter(|seq| *seq > 0);
    let key = parse_key(&params)?;
    let details = super::find(&app, &visit.ctx, key).await?;
    let head = ConversationHead::new(&details, &visit.ctx, "log");
    let window = window::read(&app, &visit.ctx, key, (before, head.last_seq)).await?;
    let page = LogTable {
        shell: Shell::within(&app, &visit, &inbox::PAGE, head.title.clone()).await?,
        head,
        window,
    };
    Ok(html(StatusCode::OK, &page)?)
}
