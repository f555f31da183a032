//! `POST /phone-numbers/{phone_number_id}/archive`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::phone_number::UpdatePhoneNumber;
use parlor_model::scope::{Resource, Scope};

use super::{PhoneNumberResponse, VENDOR_PAGE, render_phone_number};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::write(Resource::Phones);

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/phone-numbers/{phone_number}/archive"),
        handle,
    )
    .doc("Archives a phone number", VENDOR_PAGE)
    .scope(SCOPE)
    .responds::<PhoneNumberResponse>(200, "The phone number as it is now.")
    .errors::<ErrorResponse>(&[
        NO_SCOPE,
        (404, "No such phone number."),
        (409, "Something still rests on it."),
    ])
}

/// No new chat uses an archived number. Idempotent. A conflict while something refers to the number, as
/// `archive-blockers` lists it.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("phone_number"))?;
    let command = UpdatePhoneNumber {
        archived: Some(true),
        ..UpdatePhoneNumber::default()
    };
    let archived = phone_number::update(&app.engine, &ctx, key, command).await?;
    let body = render_phone_number(&app, &ctx, archived).await?;
    Ok(ok_json(&body))
}
