//! `POST /phone-numbers`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::phone_number;
use parlor_kit::{App, Payload, reply};
use parlor_model::line::CreatePhoneNumber;
use serde::Deserialize;
use utoipa::ToSchema;

use super::PhoneNumberResponse;
use super::options::{NAMES, PhoneOptionsRequest};
use crate::auth::Caller;
use crate::{Fail, body};

/// What to make a phone number of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatePhoneNumberRequest {
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
pub(crate) struct NewPhoneNumberBody {
    #[serde(flatten)]
    number: CreatePhoneNumberRequest,
    #[serde(flatten)]
    options: PhoneOptionsRequest,
}

/// Asks for `phones:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail> {
    let (request, options): (CreatePhoneNumberRequest, PhoneOptionsRequest) =
        body::read_both(payload).await?;
    let command = CreatePhoneNumber {
        e164: request.number,
        name: request.name,
        sms: request.sms_enabled.or(request.enable_sms).unwrap_or(true),
        voice: request
            .voice_enabled
            .or(request.enable_voice)
            .unwrap_or(true),
        is_default: request.is_default.unwrap_or(false),
        options: options.command()?,
    };
    let made = phone_number::create(&app.engine, &ctx, command).await;
    let made = made.map_err(|error| body::renamed(error, NAMES))?;
    Ok(reply::json(
        StatusCode::OK,
        &PhoneNumberResponse::of(made, false),
    ))
}
