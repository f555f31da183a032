//! `GET /phone-numbers/{phone_number_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{PhoneNumberResponse, VENDOR_PAGE, render_phone_number};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Phones);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/phone-numbers/{phone_number}"), handle)
        .doc("Gets a phone number", VENDOR_PAGE)
        .scope(SCOPE)
        .responds::<PhoneNumberResponse>(200, "The phone number.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such phone number.")])
}

/// Includes archived numbers.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("phone_number"))?;
    let found = phone_number::find(&app.engine, &ctx, key).await?;
    let body = render_phone_number(&app, &ctx, found).await?;
    Ok(ok_json(&body))
}
