//! `DELETE /api-keys/{id}`: ends a key at once, with every token made from it.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::key as keys;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::key;
use crate::Fail;
use crate::auth::Caller;

/// Asks for `admin:write`. One that is revoked already is not found.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let key = key(params.get("key"))?;
    ctx.require(Scope::write(Resource::Admin))?;
    let found = keys::find(&app.engine, &ctx, key).await?;
    keys::revoke(&app.engine, &ctx, found.id).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
