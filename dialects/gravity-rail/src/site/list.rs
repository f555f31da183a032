//! `GET /sites`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::site;
use parlor_kit::{App, Query};

use super::SiteResponse;
use crate::auth::Caller;
use crate::question::either;
use crate::{Fail, page};

page::page! {
    /// A page of sites.
    SitesPage of SiteResponse as Sites
}

/// Oldest first; all of them unless `isArchived` says which. Asks for `sites:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let archived = either(&query, "isArchived", "is_archived")?;
    let (rows, total) = site::page(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let sites = rows.into_iter().map(SiteResponse::of).collect();
    Ok(SitesPage::of(asked, sites, total)
        .answer(&app, &ctx)
        .await?)
}
