//! `PUT /event-rules/{id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option, response};
use parlor_model::event_rule::UpdateEventRule;
use parlor_model::json::exact_object;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{ActionType, EventRuleResponse, FIELD_NAMES, action_params, parse_key};
use crate::auth::Caller;
use crate::{HandlerError, body};

/// What to change of a rule; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateEventRuleRequest {
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

/// Asks as making one does, for what the rule did and for what it does now.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    path: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateEventRuleRequest = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Automations))?;
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
    let found = event_rule::find(&app.engine, &ctx, key).await?;
    let action = command.action.unwrap_or(found.action);
    let given = command.action_params.as_ref();
    action_params::validate(action, given.unwrap_or(&found.action_params))?;
    let changed = event_rule::update(&app.engine, &ctx, key, command).await;
    let changed = changed.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(response::json(
        StatusCode::OK,
        &EventRuleResponse::from_event_rule(changed),
    ))
}
