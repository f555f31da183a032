//! `POST /phone-numbers`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::phone_number::CreatePhoneNumber;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::options::{FIELD_NAMES, PhoneOptionsRequest};
use super::{PhoneNumberResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make a phone number of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatePhoneNumberRequest {
    /// With a plus sign and the country code; spaces, dashes and brackets are taken out.
    #[schema(format = "phone")]
    number: String,
    #[schema(max_length = 255)]
    name: Option<String>,
    /// By default it is.
    sms_enabled: Option<bool>,
    /// By default it is.
    voice_enabled: Option<bool>,
    /// The same as `smsEnabled`, which goes first.
    enable_sms: Option<bool>,
    /// The same as `voiceEnabled`, which goes first.
    enable_voice: Option<bool>,
    /// By default it is not.
    is_default: Option<bool>,
}

/// The whole body.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the document's view of what is read in two parts")]
struct NewPhoneNumberBody {
    #[serde(flatten)]
    number: CreatePhoneNumberRequest,
    #[serde(flatten)]
    options: PhoneOptionsRequest,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/phone-numbers"), handle)
        .doc("Adds a phone number", VENDOR_PAGE)
        .scope(Scope::write(Resource::Phones))
        .body::<NewPhoneNumberBody>()
        .responds::<PhoneNumberResponse>(200, "The phone number.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow."),
            (409, "The workspace has it already."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let (request, options): (CreatePhoneNumberRequest, PhoneOptionsRequest) =
        body::parse_both(payload).await?;
    let command = CreatePhoneNumber {
        e164: request.number,
        name: request.name,
        sms: request.sms_enabled.or(request.enable_sms).unwrap_or(true),
        voice: request
            .voice_enabled
            .or(request.enable_voice)
            .unwrap_or(true),
        is_default: request.is_default.unwrap_or(false),
        options: options.into_command()?,
    };
    let created = phone_number::create(&app.engine, &ctx, command).await;
    let created = created.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(ok_json(&PhoneNumberResponse::from_phone_number(
        created, false,
    )))
}
