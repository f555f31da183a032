//! `POST /event-rules`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::event_rule::CreateEventRule;
use parlor_model::json::exact_object;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{ActionType, EventRuleResponse, FIELD_NAMES, action_params};
use crate::auth::Caller;
use crate::{HandlerError, body};

/// What to make a rule of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateEventRuleRequest {
    #[schema(max_length = 255)]
    name: Option<String>,
    /// What something happens to.
    #[schema(pattern = "^[a-z0-9_]{1,100}$")]
    object_type: String,
    /// What happens: two words with a colon, or a point, between them.
    #[schema(pattern = "^[a-z0-9_]{1,100}[:.][a-z0-9_]{1,100}$")]
    event_type: String,
    action_type: ActionType,
    /// An expression, kept as it is; at most 10,000 characters.
    #[schema(max_length = 10_000)]
    conditions: Option<String>,
    /// Seconds; 0 by default.
    #[schema(minimum = 0, maximum = 2_592_000)]
    delay: Option<i64>,
    /// What the action needs to know, at most 64 KiB: the body of a new chat for `chat:create`, an address as `url` for
    /// `webhook:send`.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    action_params: Option<Map<String, Value>>,
    /// By default it is.
    is_enabled: Option<bool>,
}

/// Asks for `automations:write`, and for `webhook:send` for `webhooks:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateEventRuleRequest = body::parse(payload).await?;
    let command = CreateEventRule {
        name: request.name,
        object_type: request.object_type,
        event_type: request.event_type,
        action: request.action_type.to_event_action(),
        conditions: request.conditions,
        delay_seconds: request.delay.unwrap_or(0),
        action_params: request.action_params.unwrap_or_default(),
        is_enabled: request.is_enabled.unwrap_or(true),
    };
    action_params::validate(command.action, &command.action_params)?;
    let made = event_rule::create(&app.engine, &ctx, command).await;
    let made = made.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(response::json(
        StatusCode::OK,
        &EventRuleResponse::from_event_rule(made),
    ))
}
