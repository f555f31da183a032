//! Updates an event rule.

use parlor_model::event_rule::{CreateEventRule, EventRule, EventRuleKey, UpdateEventRule};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::event_rule as repo;

use super::find::find_in_tx;
use super::rules::{authorize, validated};
use crate::Engine;

/// Changes a rule and returns it. Requires `automations:write`, and `webhooks:write` if it posted or will post to an
/// external address.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: EventRuleKey,
    command: UpdateEventRule,
) -> Result<EventRule> {
    ctx.require(Scope::write(Resource::Automations))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let found = find_in_tx(tx, ws, key)?;
            authorize(&ctx, found.action)?;
            let changed = validated(apply_changes(&found, command.clone()))?;
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
            Ok(rule)
        })
        .await
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
