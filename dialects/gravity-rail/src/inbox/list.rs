//! `GET /inboxes`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::inbox;
use parlor_kit::{AppState, QueryParams};

use super::InboxResponse;
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of inboxes.
    InboxesPage of InboxResponse as Inboxes
}

/// Oldest first. Asks for `inboxes:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (rows, total) = inbox::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let lines = rows.into_iter().map(InboxResponse::from_inbox).collect();
    Ok(InboxesPage::of(asked, lines, total)
        .answer(&app, &ctx)
        .await?)
}
