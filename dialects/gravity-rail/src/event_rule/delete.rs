//! `DELETE /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::route::{Route, delete};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use super::{CALLS_OUTSIDE, NO_RULE, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::no_content;

/// Declares the route.
pub(crate) fn route() -> Route {
    delete(workspace_path!("/event-rules/{event_rule}"), handle)
        .doc("Deletes an event rule", VENDOR_PAGE)
        .scope(Scope::write(Resource::Automations))
        .conditional_scope(Scope::write(Resource::Webhooks), CALLS_OUTSIDE)
        .conditional_scope(Scope::read(Resource::Conversations), CALLS_OUTSIDE)
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_RULE])
}

/// The engine requires `webhooks:write` if the rule has `webhook:send`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("event_rule"))?;
    event_rule::delete(&app.engine, &ctx, key).await?;
    Ok(no_content())
}
