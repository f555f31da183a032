//! `GET /sites/{site_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::site;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{SiteResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// Archived ones included. Asks for `sites:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Sites))?;
    let key = parse_key(params.get("site"))?;
    let found = site::find(&app.engine, &ctx, key).await?;
    Ok(response::json(
        StatusCode::OK,
        &SiteResponse::from_site(found),
    ))
}
