//! `GET /chats/filters`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::saved_filter;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};

use super::FilterResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of saved filters.
    FiltersPage of FilterResponse as Filters
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/filters"), handle)
        .doc("Lists the caller's saved filters", "")
        .responds_page::<Filters>("A page of filters.")
        .errors::<ErrorResponse>(&[BAD_QUERY])
}

/// The caller's own filters, by name.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = saved_filter::page(&app.engine, &ctx, page.size, page.offset()).await?;
    let filters = rows
        .into_iter()
        .map(FilterResponse::from_saved_filter)
        .collect();
    Ok(FiltersPage::new(page, filters, total)
        .into_response(&app, &ctx)
        .await?)
}
