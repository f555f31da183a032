//! `GET /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{Named, built_in, find, own};
use crate::HandlerError;
use crate::auth::Caller;

/// Asks for `admin:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Admin))?;
    let shown = match find(&app, &ctx, params.get("role")).await? {
        Named::BuiltIn(role) => built_in(role),
        Named::Own(role) => own(role),
    };
    Ok(response::json(StatusCode::OK, &shown))
}
