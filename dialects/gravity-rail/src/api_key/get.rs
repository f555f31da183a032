//! `GET /api-keys/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::api_key as keys;
use parlor_kit::{AppState, PathParams, response};

use super::{ApiKeyResponse, parse_key};
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `admin:read`. A revoked one is not found.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let found = keys::find(&app.engine, &ctx, parse_key(params.get("key"))?).await?;
    Ok(response::json(
        StatusCode::OK,
        &ApiKeyResponse::from_api_key(found),
    ))
}
