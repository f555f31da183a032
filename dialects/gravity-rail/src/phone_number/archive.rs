//! `POST /phone-numbers/{phone_number_id}/archive`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::phone_number;
use parlor_kit::{App, Params, reply};
use parlor_model::line::UpdatePhoneNumber;
use parlor_model::scope::{Resource, Scope};

use super::{key, shown};
use crate::Fail;
use crate::auth::Caller;

/// Puts it away: no new chat runs over it. Refused while something rests on it, as `archive-blockers` lists it; one that
/// is put away already stays so. Asks for `phones:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::write(Resource::Phones))?;
    let key = key(params.get("phone_number"))?;
    let command = UpdatePhoneNumber {
        archived: Some(true),
        ..UpdatePhoneNumber::default()
    };
    let archived = phone_number::update(&app.engine, &ctx, key, command).await?;
    let line = shown(&app, &ctx, vec![archived]).await?.swap_remove(0);
    Ok(reply::json(StatusCode::OK, &line))
}
