//! Event rules of a workspace: when an event occurs, an action follows. Rules are stored for an external executor.

use serde_json::{Map, Value};

use crate::id::{EventRuleId, IdOrNumber, kind};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

/// Key by which a caller addresses a rule.
pub type EventRuleKey = IdOrNumber<kind::EventRule>;

string_enum! {
    /// Action of a rule.
    EventAction {
        /// Starts a chat.
        CreateChat = "chat:create",
        /// Attaches a label to a member.
        LabelMember = "member:label",
        /// Sends a text message.
        SendSms = "sms:send",
        /// Posts to an external URL.
        SendWebhook = "webhook:send",
    }
}

/// Event rule.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: EventRuleId,
    /// Display name.
    pub name: Option<String>,
    /// Type of the object of the event, such as `chat`.
    pub object_type: String,
    /// Type of the event, such as `chat:created`.
    pub event_type: String,
    /// Action to perform.
    pub action: EventAction,
    /// Condition as an expression, stored uninterpreted; `None` for no condition.
    pub conditions: Option<String>,
    /// Delay before the action, in seconds.
    pub delay_seconds: i64,
    /// Parameters of the action.
    pub action_params: Map<String, Value>,
    /// Whether the rule is enabled.
    pub is_enabled: bool,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Command that creates a rule.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields are those of EventRule")]
pub struct CreateEventRule {
    pub name: Option<String>,
    pub object_type: String,
    pub event_type: String,
    pub action: EventAction,
    pub conditions: Option<String>,
    pub delay_seconds: i64,
    pub action_params: Map<String, Value>,
    pub is_enabled: bool,
}

/// Changes to a rule. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of EventRule")]
pub struct UpdateEventRule {
    pub name: Option<Option<String>>,
    pub object_type: Option<String>,
    pub event_type: Option<String>,
    pub action: Option<EventAction>,
    pub conditions: Option<Option<String>>,
    pub delay_seconds: Option<i64>,
    pub action_params: Option<Map<String, Value>>,
    pub is_enabled: Option<bool>,
}
