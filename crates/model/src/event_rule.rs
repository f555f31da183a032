//! Rules about what happens in a workspace: when something did, something else is done. Kept for whatever does it.

use serde_json::{Map, Value};

use crate::id::{EventRuleId, IdOrNumber, kind};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

/// How a caller names a rule.
pub type EventRuleKey = IdOrNumber<kind::EventRule>;

string_enum! {
    /// What a rule does.
    EventAction {
        /// Starts a chat.
        CreateChat = "chat:create",
        /// Puts a label on a member.
        LabelMember = "member:label",
        /// Sends a text message.
        SendSms = "sms:send",
        /// Posts to an address outside.
        SendWebhook = "webhook:send",
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: EventRuleId,
    /// What it is called.
    pub name: Option<String>,
    /// What something happens to, such as `chat`.
    pub object_type: String,
    /// What happens, such as `chat:created`.
    pub event_type: String,
    /// What is done then.
    pub action: EventAction,
    /// Where it is done only if this holds: an expression, as its writer put it.
    pub conditions: Option<String>,
    /// Seconds after which it is done.
    pub delay_seconds: i64,
    /// What the action needs to know.
    pub action_params: Map<String, Value>,
    /// Whether it is done at all.
    pub is_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What to make a rule of.
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

/// What to change of a rule. `None` keeps; `Some(None)` clears.
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
