//! Event rules, after developer/webhooks and the vendor's command line: an event triggers an action. Rules are stored
//! and returned; this server does not run them yet.

mod action_params;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::event_rule::{EventAction, EventRule};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/webhooks";
const NO_RULE: DocumentedError = (404, "No such event rule.");
/// Condition of `webhooks:write`.
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

/// An event rule. It is kept; this server does not do yet what it says.
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
    created_at: String,
    updated_at: String,
}

impl EventRuleResponse {
    pub(crate) fn from_event_rule(rule: EventRule) -> Self {
        Self {
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
    ("action_params", "actionParams"),
    ("action_params.url", "actionParams.url"),
];
