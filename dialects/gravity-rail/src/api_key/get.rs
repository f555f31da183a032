//! `GET /api-keys/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::key as keys;
use parlor_kit::{App, Params, reply};

use super::{ApiKeyResponse, key};
use crate::Fail;
use crate::auth::Caller;

/// Asks for `admin:read`. A revoked one is not found.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let found = keys::find(&app.engine, &ctx, key(params.get("key"))?).await?;
    Ok(reply::json(StatusCode::OK, &ApiKeyResponse::of(found)))
}
