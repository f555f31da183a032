//! `POST /event-rules/{id}/resume`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{delivery, event_rule};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams};
use parlor_model::Ctx;
use parlor_model::scope::{Resource, Scope, Scopes};

use super::{EventRuleResponse, NO_RULE, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/event-rules/{event_rule}/resume"), handle)
        .doc(
            "Resumes the webhooks of a rule that are paused",
            VENDOR_PAGE,
        )
        .scope(Scope::write(Resource::Webhooks))
        .responds::<EventRuleResponse>(200, "The rule, whose waiting webhooks are sent.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_RULE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let key = parse_key(params.get("event_rule"))?;
    delivery::resume(&app.engine, &ctx, key).await?;
    let found = event_rule::find(&app.engine, &with_rule_scope(ctx), key).await?;
    Ok(ok_json(&EventRuleResponse::from_details(found)))
}

/// Grants `automations:read`, since whoever may change the webhooks of a rule may see it.
fn with_rule_scope(ctx: Ctx) -> Ctx {
    let read = Scope::read(Resource::Automations);
    Ctx {
        scopes: Scopes::with_scope(ctx.scopes, read),
        ..ctx
    }
}
