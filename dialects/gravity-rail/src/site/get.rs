//! `GET /sites/{site_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::site;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{SiteResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// Archived ones included. Asks for `sites:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Sites))?;
    let key = key(params.get("site"))?;
    let found = site::find(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &SiteResponse::of(found)))
}
