//! `GET /dms/{dm_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{NO_DM, find_direct};
use crate::HandlerError;
use crate::auth::Caller;
use crate::chat::{ChatResponse, render};
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/dms/{dm}"), handle)
        .doc("Gets a DM", "")
        .scope(Scope::read(Resource::Dm))
        .responds::<ChatResponse>(200, "The chat.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_DM])
}

/// Allowed to the two members of the DM whose credential has `dm:read`, and to an unbound key with that scope.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = find_direct(&app, &ctx, params.get("dm")).await?;
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, details).await?;
    Ok(ok_json(&chat))
}
