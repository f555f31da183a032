//! `GET /phone-numbers/linkable-phones` and `POST /phone-numbers/{phone_number_id}/link`, after
//! developer/api/workspace/phone_numbers, which names them only: a number is linked to the workflow that uses it by
//! default.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::phone_number;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{PhoneNumberResponse, key};
use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body};

/// To what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkRequest {
    /// The workflow whose draft is to name the number.
    workflow_id: Reference,
}

/// The phone numbers in use that no workflow names, oldest first, at most 1,000.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkablePhones(Vec<PhoneNumberResponse>);

/// Asks for `phones:read`.
pub(crate) async fn linkable(
    State(app): State<App>,
    Caller(ctx): Caller,
) -> Result<Response, Fail> {
    let found = phone_number::linkable(&app.engine, &ctx).await?;
    let lines = found
        .into_iter()
        .map(|line| PhoneNumberResponse::of(line, false))
        .collect();
    Ok(reply::json(StatusCode::OK, &LinkablePhones(lines)))
}

/// Asks for `phones:write` and `workflows:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: LinkRequest = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Phones))?;
    let key = key(params.get("phone_number"))?;
    let to = request.workflow_id.locator();
    let line = phone_number::link(&app.engine, &ctx, key, to).await?;
    Ok(reply::json(
        StatusCode::OK,
        &PhoneNumberResponse::of(line, true),
    ))
}
