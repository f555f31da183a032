//! `GET /sites`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::site;
use parlor_kit::{AppState, QueryParams};

use super::SiteResponse;
use crate::auth::Caller;
use crate::query::parse_bool_alias;
use crate::{HandlerError, page};

page::page! {
    /// A page of sites.
    SitesPage of SiteResponse as Sites
}

/// Oldest first; all of them unless `isArchived` says which. Asks for `sites:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "isArchived", "is_archived")?;
    let (rows, total) = site::page(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let sites = rows.into_iter().map(SiteResponse::from_site).collect();
    Ok(SitesPage::of(asked, sites, total)
        .answer(&app, &ctx)
        .await?)
}
