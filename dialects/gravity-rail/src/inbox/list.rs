//! `GET /inboxes`, after developer/api/workspace/inboxes.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::line::inbox;
use parlor_kit::{App, Query};

use super::InboxResponse;
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of inboxes.
    InboxesPage of InboxResponse as Inboxes
}

/// Oldest first. Asks for `inboxes:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (rows, total) = inbox::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let lines = rows.into_iter().map(InboxResponse::of).collect();
    Ok(InboxesPage::of(asked, lines, total)
        .answer(&app, &ctx)
        .await?)
}
