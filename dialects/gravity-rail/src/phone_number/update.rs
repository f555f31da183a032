//! `PUT /phone-numbers/{phone_number_id}`.
//!
//! Read and ignored: `number`, which never changes.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::phone_number::UpdatePhoneNumber;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::options::{FIELD_NAMES, PhoneOptionsRequest};
use super::{PhoneNumberResponse, VENDOR_PAGE, render_phone_number};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Phones);

/// What to change of a phone number; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdatePhoneNumberRequest {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: Option<Option<String>>,
    sms_enabled: Option<bool>,
    voice_enabled: Option<bool>,
    is_default: Option<bool>,
    /// Refused while something rests on the number, as `archive-blockers` lists it.
    is_archived: Option<bool>,
    /// The same as `smsEnabled`, which goes first.
    enable_sms: Option<bool>,
    /// The same as `voiceEnabled`, which goes first.
    enable_voice: Option<bool>,
}

/// The whole body.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the document's view of what is read in two parts")]
struct PhoneNumberChangesBody {
    #[serde(flatten)]
    number: UpdatePhoneNumberRequest,
    #[serde(flatten)]
    options: PhoneOptionsRequest,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/phone-numbers/{phone_number}"), handle)
        .doc("Updates a phone number", VENDOR_PAGE)
        .scope(SCOPE)
        .body::<PhoneNumberChangesBody>()
        .optional()
        .responds::<PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such phone number or workflow."),
            (409, "Something still rests on it."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let (request, options): (UpdatePhoneNumberRequest, PhoneOptionsRequest) =
        body::parse_both(payload).await?;
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("phone_number"))?;
    let command = UpdatePhoneNumber {
        name: request.name,
        sms: request.sms_enabled.or(request.enable_sms),
        voice: request.voice_enabled.or(request.enable_voice),
        is_default: request.is_default,
        archived: request.is_archived,
        options: options.into_command()?,
    };
    let changed = phone_number::update(&app.engine, &ctx, key, command).await;
    let changed = changed.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    let body = render_phone_number(&app, &ctx, changed).await?;
    Ok(ok_json(&body))
}
