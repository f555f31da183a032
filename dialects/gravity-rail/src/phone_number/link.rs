//! `GET /phone-numbers/linkable-phones` and `POST /phone-numbers/{phone_number_id}/link`, after
//! developer/api/workspace/phone_numbers, which names them only: a number is linked to the workflow that uses it by
//! default.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::sender::phone_number;
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{PhoneNumberResponse, parse_key};
use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, body};

/// To what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LinkRequest)]
pub(crate) struct LinkPhoneNumberRequest {
    /// The workflow whose draft is to name the number.
    workflow_id: EntityRef,
}

/// The phone numbers in use that no workflow names, oldest first, at most 1,000.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkablePhones(Vec<PhoneNumberResponse>);

/// Asks for `phones:read`.
pub(crate) async fn list_linkable(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let found = phone_number::list_linkable(&app.engine, &ctx).await?;
    let lines = found
        .into_iter()
        .map(|line| PhoneNumberResponse::from_phone_number(line, false))
        .collect();
    Ok(response::json(StatusCode::OK, &LinkablePhones(lines)))
}

/// Asks for `phones:write` and `workflows:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: LinkPhoneNumberRequest = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Phones))?;
    let key = parse_key(params.get("phone_number"))?;
    let to = request.workflow_id.to_id_or_number();
    let line = phone_number::link(&app.engine, &ctx, key, to).await?;
    Ok(response::json(
        StatusCode::OK,
        &PhoneNumberResponse::from_phone_number(line, true),
    ))
}
