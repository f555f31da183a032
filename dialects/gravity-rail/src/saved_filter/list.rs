//! `GET /chats/filters`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::saved_filter;
use parlor_kit::{AppState, QueryParams};

use super::FilterResponse;
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of saved filters.
    FiltersPage of FilterResponse as Filters
}

/// The caller's, by name.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (rows, total) = saved_filter::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let filters = rows
        .into_iter()
        .map(FilterResponse::from_saved_filter)
        .collect();
    Ok(FiltersPage::of(asked, filters, total)
        .answer(&app, &ctx)
        .await?)
}
