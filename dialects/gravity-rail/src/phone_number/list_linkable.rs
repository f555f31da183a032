//! `GET /phone-numbers/linkable-phones`, named by developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::{PhoneNumberResponse, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;

/// The phone numbers in use that no workflow names, oldest first, at most 1,000.
#[derive(Serialize, ToSchema)]
struct LinkablePhones(Vec<PhoneNumberResponse>);

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/phone-numbers/linkable-phones"), handle)
        .doc("Lists the phone numbers no workflow names", VENDOR_PAGE)
        .scope(Scope::read(Resource::Phones))
        .responds::<LinkablePhones>(200, "The phone numbers.")
        .errors::<ErrorResponse>(&[NO_SCOPE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let found = phone_number::list_linkable(&app.engine, &ctx).await?;
    let phone_numbers = found
        .into_iter()
        .map(|found| PhoneNumberResponse::from_phone_number(found, false))
        .collect();
    Ok(ok_json(&LinkablePhones(phone_numbers)))
}
