//! Event rules, after developer/webhooks and the vendor's command line: an event triggers an action. Those that send
//! webhooks are followed; the others are stored and returned.

mod action_params;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod delivery;
pub(crate) mod get;
pub(crate) mod list;
mod names;
pub(crate) mod payload;
pub(crate) mod resume;
pub(crate) mod rotate_secret;
pub(crate) mod update;

use parlor_engine::event_rule::EventRuleDetails;
use parlor_kit::time;
use parlor_model::event_rule::EventAction;
use parlor_model::outbox::{PauseReason, QueueState};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/webhooks";
const NO_RULE: DocumentedError = (404, "No such event rule.");
/// Condition of `webhooks:write` and `chats:read`.
const CALLS_OUTSIDE: &str = "the rule posts to an address outside";

/// What a rule does.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(crate) enum ActionType {
    #[serde(rename = "chat:create")]
    CreateChat,
    #[serde(rename = "member:label")]
    LabelMember,
    #[serde(rename = "sms:send")]
    SendSms,
    #[serde(rename = "webhook:send")]
    SendWebhook,
}

impl ActionType {
    fn to_event_action(self) -> EventAction {
        match self {
            Self::CreateChat => EventAction::CreateChat,
            Self::LabelMember => EventAction::LabelMember,
            Self::SendSms => EventAction::SendSms,
            Self::SendWebhook => EventAction::SendWebhook,
        }
    }
}

/// An event rule. This server follows those that send webhooks, without conditions; the others are only kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRuleResponse {
    id: i64,
    uuid: String,
    name: Option<String>,
    object_type: String,
    /// Two words with a colon between them, such as `chat:created`.
    event_type: String,
    /// `chat:create`, `member:label`, `sms:send` or `webhook:send`.
    action_type: &'static str,
    /// An expression; the rule holds only where it does.
    conditions: Option<String>,
    /// Seconds after which it is done.
    delay: i64,
    #[schema(value_type = Object)]
    action_params: Map<String, Value>,
    is_enabled: bool,
    /// Of a rule that sends webhooks: `active`, `paused` (until somebody resumes it) or `inactive`: switched off, with
    /// conditions, or about an event that this server does not have.
    delivery_state: Option<&'static str>,
    /// Why it is paused: `failing_for_long` or `gone`.
    delivery_paused_reason: Option<&'static str>,
    delivery_paused_at: Option<String>,
    /// What webhooks are signed with; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: String,
    updated_at: String,
}

impl EventRuleResponse {
    pub(crate) fn from_details(details: EventRuleDetails) -> Self {
        let EventRuleDetails {
            rule,
            queue,
            secret,
        } = details;
        let is_webhook = rule.action == EventAction::SendWebhook;
        let state = queue.as_ref().map(|queue| queue.state);
        Self {
            delivery_state: is_webhook.then_some(match state {
                Some(QueueState::Active) => "active",
                Some(QueueState::Paused) => "paused",
                Some(QueueState::Closed) | None => "inactive",
            }),
            delivery_paused_reason: queue
                .as_ref()
                .and_then(|queue| queue.pause_reason)
                .map(PauseReason::as_str),
            delivery_paused_at: queue
                .and_then(|queue| queue.paused_at)
                .map(time::format_iso),
            secret: secret.map(|secret| secret.0),
            id: rule.number,
            uuid: ids::format_uuid(rule.id),
            name: rule.name,
            object_type: rule.object_type,
            event_type: rule.event_type,
            action_type: rule.action.as_str(),
            conditions: rule.conditions,
            delay: rule.delay_seconds,
            action_params: rule.action_params,
            is_enabled: rule.is_enabled,
            created_at: time::format_iso(rule.created_at),
            updated_at: time::format_iso(rule.updated_at),
        }
    }
}

/// Names of the engine's fields in the bodies.
const FIELD_NAMES: &[(&str, &str)] = &[
    ("object_type", "objectType"),
    ("event_type", "eventType"),
    ("action_type", "actionType"),
    ("action_params", "actionParams"),
    ("action_params.url", "actionParams.url"),
];
