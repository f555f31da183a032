//! `POST /phone-numbers/{phone_number_id}/archive`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::phone_number;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::phone_number::UpdatePhoneNumber;
use parlor_model::scope::{Resource, Scope};

use super::{parse_key, render_phone_numbers};
use crate::HandlerError;
use crate::auth::Caller;

/// Puts it away: no new chat runs over it. Refused while something rests on it, as `archive-blockers` lists it; one that
/// is put away already stays so. Asks for `phones:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::write(Resource::Phones))?;
    let key = parse_key(params.get("phone_number"))?;
    let command = UpdatePhoneNumber {
        archived: Some(true),
        ..UpdatePhoneNumber::default()
    };
    let archived = phone_number::update(&app.engine, &ctx, key, command).await?;
    let line = render_phone_numbers(&app, &ctx, vec![archived])
        .await?
        .swap_remove(0);
    Ok(response::json(StatusCode::OK, &line))
}
