//! Validates `actionParams`.

use parlor_model::event_rule::EventAction;
use parlor_model::{Error, Result};
use serde_json::{Map, Value};

use crate::chat::Channel;
use crate::ids::EntityRef;

/// Validates the form of the parameters of `chat:create` as `POST /chats` does. References are resolved when the action
/// runs.
pub(super) fn validate(action: EventAction, params: &Map<String, Value>) -> Result<()> {
    if action != EventAction::CreateChat {
        return Ok(());
    }
    let given = |name: &str| params.get(name).filter(|value| !value.is_null());
    if let Some(channel) = given("channel")
        && channel.as_str().and_then(Channel::from_name).is_none()
    {
        let rule = "must be one of web-chat, phone-sms, phone-voice, email";
        return Err(Error::invalid("actionParams.channel", rule));
    }
    for (name, field) in [
        ("workflowId", "actionParams.workflowId"),
        ("phoneNumberId", "actionParams.phoneNumberId"),
        ("inboxId", "actionParams.inboxId"),
    ] {
        let Some(value) = given(name) else { continue };
        let read: Result<EntityRef, _> = serde_json::from_value(value.clone());
        if read.is_err() {
            return Err(Error::invalid(
                field,
                "must be a positive integer id or a UUID",
            ));
        }
    }
    if let Some(enabled) = given("assistantEnabled")
        && !enabled.is_boolean()
    {
        let field = "actionParams.assistantEnabled";
        return Err(Error::invalid(field, "must be true or false"));
    }
    Ok(())
}
