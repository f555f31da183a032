//! `GET /workflows/{workflow_uuid}/versions`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{VENDOR_PAGE, VersionResponse};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::page::{PageQuery, PagedRoute, page};

const SCOPE: Scope = Scope::read(Resource::Workflows);

page! {
    /// A page of versions.
    VersionsPage of VersionResponse as Versions
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/workflows/{workflow}/versions"), handle)
        .doc("Lists the published versions", VENDOR_PAGE)
        .scope(SCOPE)
        .responds_page::<Versions>("A page of versions.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, (404, "No such workflow.")])
}

/// Newest first.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("workflow"))?;
    let (rows, total, active) =
        workflow::list_versions(&app.engine, &ctx, key, page.size, page.offset()).await?;
    let versions = rows
        .into_iter()
        .map(|version| VersionResponse::from_version(version, active))
        .collect();
    Ok(VersionsPage::new(page, versions, total)
        .into_response(&app, &ctx)
        .await?)
}
