//! `POST /event-rules`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::event_rule::CreateEventRule;
use parlor_model::json::exact_object;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    ActionType, CALLS_OUTSIDE, EventRuleResponse, FIELD_NAMES, VENDOR_PAGE, action_params,
    names::event_from_name,
};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make a rule of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateEventRuleRequest {
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

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/event-rules"), handle)
            .doc("Creates an event rule", VENDOR_PAGE)
            .scope(Scope::write(Resource::Automations))
            .conditional_scope(Scope::write(Resource::Webhooks), CALLS_OUTSIDE)
            .conditional_scope(Scope::read(Resource::Conversations), CALLS_OUTSIDE)
            .body::<CreateEventRuleRequest>()
            .example(
                r#"{"objectType":"chat","eventType":"chat:created","actionType":"member:label","actionParams":{"label":"new"}}"#,
            )
            .responds::<EventRuleResponse>(200, "The rule, with the secret of its webhooks if it sends any.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TOO_LARGE])
}

/// The engine requires `webhooks:write` and `chats:read` for `webhook:send`.
async fn handle(
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
    let created = event_rule::create(&app.engine, &ctx, command, event_from_name).await;
    let created = created.map_err(|error| body::rename_error_field(error, FIELD_NAMES))?;
    Ok(ok_json(&EventRuleResponse::from_details(created)))
}
