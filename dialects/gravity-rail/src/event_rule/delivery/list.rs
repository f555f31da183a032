//! `GET /event-rules/{id}/deliveries`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::delivery;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::WebhookDeliveryResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::event_rule::{NO_RULE, VENDOR_PAGE};
use crate::ids::parse_key;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of webhooks.
    WebhookDeliveriesPage of WebhookDeliveryResponse as WebhookDeliveries
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/event-rules/{event_rule}/deliveries"),
        handle,
    )
    .doc("Lists the webhooks of a rule", VENDOR_PAGE)
    .scope(Scope::read(Resource::Webhooks))
    .responds_page::<WebhookDeliveries>("A page of webhooks.")
    .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_RULE])
}

/// Newest first.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let rule = parse_key(params.get("event_rule"))?;
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = delivery::page(&app.engine, &ctx, rule, page.size, page.offset()).await?;
    let deliveries = rows
        .iter()
        .map(WebhookDeliveryResponse::from_delivery)
        .collect();
    Ok(WebhookDeliveriesPage::new(page, deliveries, total)
        .into_response(&app, &ctx)
        .await?)
}
