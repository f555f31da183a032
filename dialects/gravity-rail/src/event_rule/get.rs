//! `GET /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{EventRuleResponse, NO_RULE, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/event-rules/{event_rule}"), handle)
        .doc("Gets an event rule", VENDOR_PAGE)
        .scope(Scope::read(Resource::Automations))
        .responds::<EventRuleResponse>(200, "The rule.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_RULE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("event_rule"))?;
    let found = event_rule::find(&app.engine, &ctx, key).await?;
    Ok(ok_json(&EventRuleResponse::from_details(found)))
}
