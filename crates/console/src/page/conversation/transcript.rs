//! What is said in a conversation.

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
#[template(path = "page/conversation/transcript.html")]
struct TranscriptPage {
    shell: Shell,
    head: ConversationHead,
    window: LogWindow,
    /// Text of an answer that was not stored, and why.
    unsent: Option<(String, String)>,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, PageError> {
    let before = query.get_int("before", 0, 0, i64::MAX)?;
    show(
        &app,
        &visit,
        &params,
        (Some(before).filter(|seq| *seq > 0), None),
    )
    .await
}

/// Renders the transcript, with an answer that was not stored.
pub(super) async fn show(
    app: &AppState,
    visit: &Visit,
    params: &PathParams,
    (before, unsent): (Option<i64>, Option<(String, String)>),
) -> Result<Response, PageError> {
    let key = parse_key(params)?;
    let details = super::find(app, &visit.ctx, key).await?;
    let head = ConversationHead::new(&details, &visit.ctx, "talk");
    let window = window::read(app, &visit.ctx, key, (before, head.last_seq)).await?;
    let status = match unsent {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = TranscriptPage {
        shell: Shell::within(app, visit, &inbox::PAGE, head.title.clone()).await?,
        head,
        window,
        unsent,
    };
    Ok(html(status, &page)?)
}
