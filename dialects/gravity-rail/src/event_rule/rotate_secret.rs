//! `POST /event-rules/{id}/rotate-secret`.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::names::event_from_name;
use super::{EventRuleResponse, FIELD_NAMES, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// Seconds for which the old secret counts, if the request names none: a day.
const DEFAULT_OVERLAP: i64 = 24 * 60 * 60;

/// How to replace a secret.
#[derive(Deserialize, ToSchema)]
struct RotateSecretRequest {
    /// Seconds for which webhooks are signed with the old secret too; a day by default.
    #[schema(minimum = 0, maximum = 604_800)]
    overlap: Option<i64>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(
        workspace_path!("/event-rules/{event_rule}/rotate-secret"),
        handle,
    )
    .doc("Replaces the secret of a rule's webhooks", VENDOR_PAGE)
    .scope(Scope::write(Resource::Webhooks))
    .body::<RotateSecretRequest>()
    .optional()
    .responds::<EventRuleResponse>(200, "The rule, with its new secret.")
    .errors::<ErrorResponse>(&[
        BAD_BODY,
        NO_SCOPE,
        (404, "No such event rule, or one without webhooks."),
        TOO_LARGE,
    ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: RotateSecretRequest = body::parse(payload).await?;
    let key = parse_key(params.get("event_rule"))?;
    let overlap = u64::try_from(request.overlap.unwrap_or(DEFAULT_OVERLAP))
        .map_err(|_| Error::invalid("overlap", "must be 0 to 604800"))?;
    let overlap = Duration::from_secs(overlap);
    let rotated = event_rule::rotate_secret(&app.engine, &ctx, key, overlap, event_from_name).await;
    let rotated = rotated.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(ok_json(&EventRuleResponse::from_details(rotated)))
}
