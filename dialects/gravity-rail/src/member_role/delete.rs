//! `DELETE /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::role as engine;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::find_own;
use crate::Fail;
use crate::auth::Caller;

/// Deletes one of the workspace's own: sessions that carry it carry none from then on. Asks for `admin:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::write(Resource::Admin))?;
    let role = find_own(&app, &ctx, params.get("role")).await?;
    engine::delete(&app.engine, &ctx, role.id).await?;
    Ok(reply::status_only(StatusCode::NO_CONTENT))
}
