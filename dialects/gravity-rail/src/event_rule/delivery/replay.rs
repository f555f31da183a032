//! `POST /event-rules/{id}/deliveries/{delivery}/replay`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{NO_DELIVERY, WebhookDeliveryResponse};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::event_rule::VENDOR_PAGE;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    let path = workspace_path!("/event-rules/{event_rule}/deliveries/{delivery}/replay");
    post(path, handle)
        .doc(
            "Sends a webhook of a rule once more, under its id",
            VENDOR_PAGE,
        )
        .scope(Scope::write(Resource::Webhooks))
        .responds::<WebhookDeliveryResponse>(200, "The webhook, which waits again.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_DELIVERY, (409, "The rule is switched off.")])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let rule = parse_key(params.get("event_rule"))?;
    let key = parse_key(params.get("delivery"))?;
    let replayed = delivery::replay(&app.engine, &ctx, Some(rule), key).await?;
    Ok(ok_json(&WebhookDeliveryResponse::from_delivery(&replayed)))
}
