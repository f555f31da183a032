//! `DELETE /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::custom_role as engine;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::find_own;
use crate::HandlerError;
use crate::auth::Caller;

/// Deletes one of the workspace's own: sessions that carry it carry none from then on. Asks for `admin:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::write(Resource::Admin))?;
    let role = find_own(&app, &ctx, params.get("role")).await?;
    engine::delete(&app.engine, &ctx, role.id).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
