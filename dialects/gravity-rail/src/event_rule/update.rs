//! `PUT /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::event_rule::UpdateEventRule;
use parlor_model::json::exact_object;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    ActionType, CALLS_OUTSIDE, EventRuleResponse, FIELD_NAMES, NO_RULE, VENDOR_PAGE, action_params,
    names::event_from_name,
};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Automations);

/// What to change of a rule; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateEventRuleRequest {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: Option<Option<String>>,
    #[schema(pattern = "^[a-z0-9_]{1,100}$")]
    object_type: Option<String>,
    #[schema(pattern = "^[a-z0-9_]{1,100}[:.][a-z0-9_]{1,100}$")]
    event_type: Option<String>,
    action_type: Option<ActionType>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    conditions: Option<Option<String>>,
    #[schema(minimum = 0, maximum = 2_592_000)]
    delay: Option<i64>,
    /// Replaces all of them.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    action_params: Option<Map<String, Value>>,
    is_enabled: Option<bool>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/event-rules/{event_rule}"), handle)
        .doc("Updates an event rule", VENDOR_PAGE)
        .scope(SCOPE)
        .conditional_scope(Scope::write(Resource::Webhooks), CALLS_OUTSIDE)
        .conditional_scope(Scope::read(Resource::Conversations), CALLS_OUTSIDE)
        .body::<UpdateEventRuleRequest>()
        .optional()
        .responds::<EventRuleResponse>(200, "The rule as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_RULE, TOO_LARGE])
}

/// The engine requires `webhooks:write` and `chats:read` if the rule has `webhook:send` before or after the update.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    path: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateEventRuleRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let key = parse_key(path.get("event_rule"))?;
    let command = UpdateEventRule {
        name: request.name,
        object_type: request.object_type,
        event_type: request.event_type,
        action: request.action_type.map(ActionType::to_event_action),
        conditions: request.conditions,
        delay_seconds: request.delay,
        action_params: request.action_params,
        is_enabled: request.is_enabled,
    };
    let found = event_rule::find(&app.engine, &ctx, key).await?.rule;
    let action = command.action.unwrap_or(found.action);
    let given = command.action_params.as_ref();
    action_params::validate(action, given.unwrap_or(&found.action_params))?;
    let changed = event_rule::update(&app.engine, &ctx, key, command, event_from_name).await;
    let changed = changed.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(ok_json(&EventRuleResponse::from_details(changed)))
}
