//! `POST /event-rules/{id}/deliveries/replay`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody, time};
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::event_rule::{NO_RULE, VENDOR_PAGE};
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// Which webhooks to send once more.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReplayRequest {
    /// Those of events from this time on, in ISO 8601.
    #[schema(format = DateTime, max_length = 64)]
    since: String,
    /// Also those that were accepted; by default only those that failed or were cancelled.
    include_sent: Option<bool>,
}

/// How many are sent once more.
#[derive(Serialize, ToSchema)]
struct ReplayResponse {
    replayed: u64,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    let path = workspace_path!("/event-rules/{event_rule}/deliveries/replay");
    post(path, handle)
        .doc(
            "Sends the webhooks of a rule since a time once more",
            VENDOR_PAGE,
        )
        .scope(Scope::write(Resource::Webhooks))
        .body::<ReplayRequest>()
        .responds::<ReplayResponse>(200, "How many wait again.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            NO_RULE,
            (409, "The rule is switched off."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: ReplayRequest = body::parse(payload).await?;
    let rule = parse_key(params.get("event_rule"))?;
    let since = time::parse_iso(&request.since)
        .ok_or_else(|| Error::invalid("since", "must be a time in ISO 8601"))?;
    let also_sent = request.include_sent.unwrap_or(false);
    let replayed = delivery::replay_since(&app.engine, &ctx, rule, since, also_sent).await?;
    Ok(ok_json(&ReplayResponse { replayed }))
}
