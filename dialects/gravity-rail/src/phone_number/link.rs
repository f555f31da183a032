//! `POST /phone-numbers/{phone_number_id}/link`, named by developer/api/workspace/phone_numbers: makes the number the
//! default of a workflow's draft.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{PhoneNumberResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Phones);

/// To what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LinkRequest)]
struct LinkPhoneNumberRequest {
    /// The workflow whose draft is to name the number.
    workflow_id: EntityRef,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/phone-numbers/{phone_number}/link"),
        handle,
    )
    .doc("Links a phone number to a workflow", VENDOR_PAGE)
    .scope(SCOPE)
    .conditional_scope(
        Scope::write(Resource::Workflows),
        "there is such a workflow, which answers the number from then on",
    )
    .body::<LinkPhoneNumberRequest>()
    .responds::<PhoneNumberResponse>(200, "The phone number as it is now.")
    .errors::<ErrorResponse>(&[
        BAD_BODY,
        NO_SCOPE,
        (404, "No such phone number or workflow."),
        TOO_LARGE,
    ])
}

/// The engine requires `workflows:write` besides.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: LinkPhoneNumberRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("phone_number"))?;
    let workflow = request.workflow_id.to_id_or_number();
    let linked = phone_number::link(&app.engine, &ctx, key, workflow).await?;
    Ok(ok_json(&PhoneNumberResponse::from_phone_number(
        linked, true,
    )))
}
