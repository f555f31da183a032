//! Validation and authorization of event rules.

use parlor_model::event_rule::{CreateEventRule, EventAction};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use serde_json::{Map, Value};

/// Maximum length of an object or event name, in bytes.
const MAX_WORD_BYTES: usize = 100;
/// Maximum delay: 30 days.
const MAX_DELAY_SECONDS: i64 = 30 * 24 * 60 * 60;
/// Maximum size of an action's parameters as JSON.
const MAX_PARAM_BYTES: usize = 64 * 1024;

/// Checks that the caller may write a rule with this action: `automations:write`, and, if it posts to an external address,
/// `webhooks:write` and `conversations:read`, since what happens in conversations is posted.
///
/// # Errors
/// `Forbidden` with the missing scope.
pub(super) fn authorize(ctx: &Ctx, action: EventAction) -> Result<()> {
    ctx.require(Scope::write(Resource::Automations))?;
    match action {
        EventAction::SendWebhook => {
            ctx.require(Scope::write(Resource::Webhooks))?;
            ctx.require(Scope::read(Resource::Conversations))
        }
        EventAction::CreateChat | EventAction::LabelMember | EventAction::SendSms => Ok(()),
    }
}

/// Returns the normalized rule. `allows_http` admits addresses without TLS.
pub(super) fn validated(mut rule: CreateEventRule, allows_http: bool) -> Result<CreateEventRule> {
    rule.name = text::normalize_optional(rule.name.as_deref(), "name", limit::NAME.max_chars)?;
    if !is_word(&rule.object_type) {
        let form = "must be 1 to 100 of a-z, 0-9 and _";
        return Err(Error::invalid("object_type", form));
    }
    // Another page of the same API separates the two words by a dot.
    rule.event_type = rule.event_type.replacen('.', ":", 1);
    let is_event = rule
        .event_type
        .split_once(':')
        .is_some_and(|(family, verb)| is_word(family) && is_word(verb));
    if !is_event {
        let form = "must be two words of a-z, 0-9 and _ with a colon between them";
        return Err(Error::invalid("event_type", form));
    }
    let longest = limit::DESCRIPTION.max_chars;
    rule.conditions = text::normalize_optional(rule.conditions.as_deref(), "conditions", longest)?;
    if !(0..=MAX_DELAY_SECONDS).contains(&rule.delay_seconds) {
        return Err(Error::invalid("delay", "must be 0 to 2592000"));
    }
    if Value::Object(rule.action_params.clone()).to_string().len() > MAX_PARAM_BYTES {
        return Err(Error::invalid("action_params", "must be at most 64 KiB"));
    }
    check_params(rule.action, &rule.action_params, allows_http)?;
    Ok(rule)
}

fn is_word(text: &str) -> bool {
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    !text.is_empty() && text.len() <= MAX_WORD_BYTES && text.bytes().all(fits)
}

/// Checks the required parameters of an action.
fn check_params(action: EventAction, params: &Map<String, Value>, allows_http: bool) -> Result<()> {
    match action {
        EventAction::SendWebhook => {
            let url = params.get("url").and_then(Value::as_str);
            let is_web = url.is_some_and(|url| {
                url.starts_with("https://") || (allows_http && url.starts_with("http://"))
            });
            if !is_web {
                let rule = match allows_http {
                    true => "must be an address that begins with https:// or http://",
                    false => "must be an address that begins with https://",
                };
                return Err(Error::invalid("action_params.url", rule));
            }
            limit::ADDRESS.validate_opt(url, "action_params.url")
        }
        EventAction::CreateChat | EventAction::LabelMember | EventAction::SendSms => Ok(()),
    }
}
