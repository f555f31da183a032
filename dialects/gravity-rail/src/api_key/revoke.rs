//! `DELETE /api-keys/{id}`: revokes a key and every token issued with it, at once.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::api_key;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{NO_KEY, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::no_content;

const SCOPE: Scope = Scope::write(Resource::Admin);

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/api-keys/{key}"), handle)
        .doc("Revokes an API key", VENDOR_PAGE)
        .scope(SCOPE)
        .responds_empty(204, "It opens nothing any more.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_KEY])
}

/// A revoked key is not found.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("key"))?;
    ctx.require(SCOPE)?;
    let found = api_key::find(&app.engine, &ctx, key).await?;
    api_key::revoke(&app.engine, &ctx, found.id).await?;
    Ok(no_content())
}
