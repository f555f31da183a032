//! `GET /sites/{site_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::site;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::SiteResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Sites);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/sites/{site}"), handle)
        .doc("Gets a site", "")
        .scope(SCOPE)
        .responds::<SiteResponse>(200, "The site.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such site.")])
}

/// Includes archived sites.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("site"))?;
    let found = site::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&SiteResponse::from_site(found)))
}
