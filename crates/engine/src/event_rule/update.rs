//! Updates an event rule.

use parlor_model::event_rule::{
    CreateEventRule, EventAction, EventRule, EventRuleKey, UpdateEventRule,
};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::event_rule as repo;

use super::EventRuleDetails;
use super::find::find_in_tx;
use super::queue::{EventNames, put_queue};
use super::rules::{authorize, validated};
use super::secret::WebhookSecrets;
use crate::Engine;

/// Changes a rule and returns it, with a secret if it sends webhooks and had none. Requires `automations:write`, and
/// `webhooks:write` and `conversations:read` if it posted or will post to an external address. What waits to be sent for
/// a rule that is switched off is cancelled.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: EventRuleKey,
    command: UpdateEventRule,
    names: EventNames,
) -> Result<EventRuleDetails> {
    ctx.require(Scope::write(Resource::Automations))?;
    let ctx = *ctx;
    let ws = ctx.ws();
    let allows_http = engine.settings.allow_http_webhooks;
    let first = WebhookSecrets::generate(engine);
    let sealed = first.seal(engine, ws)?;
    let (rule, queue, is_first) = engine
        .store
        .write(move |tx| {
            let found = find_in_tx(tx, ws, key)?;
            authorize(&ctx, found.action)?;
            let changed = validated(apply_changes(&found, command.clone()), allows_http)?;
            authorize(&ctx, changed.action)?;
            let mut rule = EventRule {
                name: changed.name,
                object_type: changed.object_type,
                event_type: changed.event_type,
                action: changed.action,
                conditions: changed.conditions,
                delay_seconds: changed.delay_seconds,
                action_params: changed.action_params,
                is_enabled: changed.is_enabled,
                ..found
            };
            rule.updated_at = repo::update(tx, ws, &rule)?;
            let is_first = rule.action == EventAction::SendWebhook
                && repo::find_secrets(tx, ws, rule.number)?.is_none();
            if is_first {
                repo::set_secrets(tx, ws, rule.number, &sealed)?;
            }
            let queue = put_queue(tx, ws, &rule, names)?;
            Ok((rule, queue, is_first))
        })
        .await?;
    Ok(EventRuleDetails {
        rule,
        queue,
        secret: is_first.then(|| first.current().clone()),
    })
}

/// Returns the rule's fields after the command.
fn apply_changes(found: &EventRule, command: UpdateEventRule) -> CreateEventRule {
    let found = found.clone();
    CreateEventRule {
        name: command.name.unwrap_or(found.name),
        object_type: command.object_type.unwrap_or(found.object_type),
        event_type: command.event_type.unwrap_or(found.event_type),
        action: command.action.unwrap_or(found.action),
        conditions: command.conditions.unwrap_or(found.conditions),
        delay_seconds: command.delay_seconds.unwrap_or(found.delay_seconds),
        action_params: command.action_params.unwrap_or(found.action_params),
        is_enabled: command.is_enabled.unwrap_or(found.is_enabled),
    }
}
