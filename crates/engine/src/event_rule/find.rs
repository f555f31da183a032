//! Finds event rules.

use parlor_model::error::EntityKind;
use parlor_model::event_rule::{EventRule, EventRuleKey};
use parlor_model::outbox::{OutboxQueue, QueueKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{event_rule as repo, outbox};

use super::EventRuleDetails;
use crate::Engine;

/// Returns a rule. Requires `automations:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: EventRuleKey) -> Result<EventRuleDetails> {
    ctx.require(Scope::read(Resource::Automations))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| details_in_tx(tx, ws, key))
        .await
}

/// Returns the rule with its queue.
///
/// # Errors
/// `NotFound`.
pub(super) fn details_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    key: EventRuleKey,
) -> Result<EventRuleDetails> {
    let rule = find_in_tx(tx, ws, key)?;
    let queue = outbox::find_of_target(tx, ws, QueueKind::Webhook, rule.number)?;
    Ok(EventRuleDetails {
        rule,
        queue,
        secret: None,
    })
}

/// Returns the rule.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(tx: &mut dyn Tx, ws: i64, key: EventRuleKey) -> Result<EventRule> {
    repo::find(tx, ws, key)?.ok_or_else(|| Error::not_found(EntityKind::EventRule))
}

/// Returns a numbered page, oldest first, and the total. Requires `automations:read`.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    limit: i64,
    offset: i64,
) -> Result<(Vec<EventRuleDetails>, i64)> {
    ctx.require(Scope::read(Resource::Automations))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            let (rules, total) = repo::page(tx, ws, limit, offset)?;
            let queues = outbox::list_webhook_queues(tx, ws)?;
            let details = rules.into_iter().map(|rule| {
                let is_own = |queue: &&OutboxQueue| {
                    (queue.kind, queue.target) == (QueueKind::Webhook, rule.number)
                };
                EventRuleDetails {
                    queue: queues.iter().find(is_own).cloned(),
                    rule,
                    secret: None,
                }
            });
            Ok((details.collect(), total))
        })
        .await
}
