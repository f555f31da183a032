//! `GET /phone-numbers/{phone_number_id}`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::phone_number;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::{Resource, Scope};

use super::{parse_key, render_phone_numbers};
use crate::HandlerError;
use crate::auth::Caller;

/// Archived ones included. Asks for `phones:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Phones))?;
    let key = parse_key(params.get("phone_number"))?;
    let found = phone_number::find(&app.engine, &ctx, key).await?;
    let line = render_phone_numbers(&app, &ctx, vec![found])
        .await?
        .swap_remove(0);
    Ok(response::json(StatusCode::OK, &line))
}
