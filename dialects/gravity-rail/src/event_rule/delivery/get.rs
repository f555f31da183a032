//! `GET /event-rules/{id}/deliveries/{delivery}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{NO_DELIVERY, WebhookDeliveryDetailsResponse};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::event_rule::VENDOR_PAGE;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    let path = workspace_path!("/event-rules/{event_rule}/deliveries/{delivery}");
    get(path, handle)
        .doc(
            "Gets a webhook of a rule, with what was sent and answered",
            VENDOR_PAGE,
        )
        .scope(Scope::read(Resource::Webhooks))
        .responds::<WebhookDeliveryDetailsResponse>(200, "The webhook.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_DELIVERY])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let rule = parse_key(params.get("event_rule"))?;
    let key = parse_key(params.get("delivery"))?;
    let found = delivery::find(&app.engine, &ctx, Some(rule), key).await?;
    Ok(ok_json(&WebhookDeliveryDetailsResponse::from_delivery(
        &found.delivery,
    )))
}
