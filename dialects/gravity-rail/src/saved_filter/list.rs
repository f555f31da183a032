//! `GET /chats/filters`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::filter;
use parlor_kit::{App, Query};

use super::FilterResponse;
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of saved filters.
    FiltersPage of FilterResponse as Filters
}

/// The caller's, by name.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (rows, total) = filter::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let filters = rows.into_iter().map(FilterResponse::of).collect();
    Ok(FiltersPage::of(asked, filters, total)
        .answer(&app, &ctx)
        .await?)
}
