//! `GET /roles/{role_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{Named, built_in, find, own};
use crate::Fail;
use crate::auth::Caller;

/// Asks for `admin:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Admin))?;
    let shown = match find(&app, &ctx, params.get("role")).await? {
        Named::BuiltIn(role) => built_in(role),
        Named::Own(role) => own(role),
    };
    Ok(reply::json(StatusCode::OK, &shown))
}
