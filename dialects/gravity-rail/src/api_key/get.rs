//! `GET /api-keys/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::api_key;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{ApiKeyResponse, NO_KEY, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/api-keys/{key}"), handle)
        .doc("Gets an API key", VENDOR_PAGE)
        .scope(Scope::read(Resource::Admin))
        .responds::<ApiKeyResponse>(200, "The key, without its secret.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_KEY])
}

/// A revoked key is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let found = api_key::find(&app.engine, &ctx, parse_key(params.get("key"))?).await?;
    Ok(ok_json(&ApiKeyResponse::from_api_key(found)))
}
