//! `GET /sites`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::site;
use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::SiteResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};
use crate::query::parse_bool_alias;

page! {
    /// A page of sites.
    SitesPage of SiteResponse as Sites
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/sites"), handle)
        .doc("Lists sites", "")
        .scope(Scope::read(Resource::Sites))
        .query(
            "isArchived",
            Boolean,
            "Only archived ones, or only the others.",
        )
        .responds_page::<Sites>("A page of sites.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first, archived or not unless `isArchived` is given.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "isArchived", "is_archived")?;
    let (rows, total) = site::page(&app.engine, &ctx, archived, page.size, page.offset()).await?;
    let sites = rows.into_iter().map(SiteResponse::from_site).collect();
    Ok(SitesPage::new(page, sites, total)
        .into_response(&app, &ctx)
        .await?)
}
