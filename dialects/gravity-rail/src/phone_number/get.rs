//! `GET /phone-numbers/{phone_number_id}`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::phone_number;
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};

use super::{key, shown};
use crate::Fail;
use crate::auth::Caller;

/// Archived ones included. Asks for `phones:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Phones))?;
    let key = key(params.get("phone_number"))?;
    let found = phone_number::find(&app.engine, &ctx, key).await?;
    let line = shown(&app, &ctx, vec![found]).await?.swap_remove(0);
    Ok(reply::json(StatusCode::OK, &line))
}
