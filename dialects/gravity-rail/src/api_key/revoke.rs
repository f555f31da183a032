//! `DELETE /api-keys/{id}`: ends a key at once, with every token made from it.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::api_key as keys;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::parse_key;
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `admin:write`. One that is revoked already is not found.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("key"))?;
    ctx.require(Scope::write(Resource::Admin))?;
    let found = keys::find(&app.engine, &ctx, key).await?;
    keys::revoke(&app.engine, &ctx, found.id).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
