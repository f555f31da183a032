//! Finds deliveries.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use parlor_model::error::EntityKind;
use parlor_model::event_rule::EventRuleKey;
use parlor_model::outbox::{Delivery, DeliveryKey, OutboxQueue, QueueKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{event_rule as rules, outbox as repo};

use crate::Engine;

/// Returns a delivery, and checks that it is one of the rule if one is named. Requires `webhooks:read`; without
/// `conversations:read` it has neither payload nor response.
pub async fn find(
    engine: &Engine,
    ctx: &Ctx,
    rule: Option<EventRuleKey>,
    key: DeliveryKey,
) -> Result<Delivery> {
    ctx.require(Scope::read(Resource::Webhooks))?;
    let ws = ctx.ws();
    let found = engine
        .store
        .read(move |tx| find_in_tx(tx, ws, rule, key))
        .await?;
    Ok(redact(ctx, found))
}

/// Returns one page of a rule's deliveries, newest first, and the total. Requires what [`find`] does.
pub async fn page(
    engine: &Engine,
    ctx: &Ctx,
    rule: EventRuleKey,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Delivery>, i64)> {
    ctx.require(Scope::read(Resource::Webhooks))?;
    let ws = ctx.ws();
    let (found, total) = engine
        .store
        .read(move |tx| match find_queue(tx, ws, rule)? {
            Some(queue) => repo::page(tx, ws, queue.number, limit, offset),
            None => Ok((Vec::new(), 0)),
        })
        .await?;
    let shown = found.into_iter().map(|delivery| redact(ctx, delivery));
    Ok((shown.collect(), total))
}

/// A delivery with its queue.
#[derive(Debug, Clone)]
pub struct QueuedDelivery {
    /// The delivery.
    pub delivery: Delivery,
    /// Where it goes.
    pub queue: OutboxQueue,
}

/// Returns what was not sent of a workspace, or perhaps not: webhooks, and messages over carriers. Newest first. Requires what
/// [`find`] does.
pub async fn list_unsent(engine: &Engine, ctx: &Ctx, limit: i64) -> Result<Vec<QueuedDelivery>> {
    list(engine, ctx, move |tx, ws| repo::list_unsent(tx, ws, limit)).await
}

/// Returns what waits of a workspace, like [`list_unsent`].
pub async fn list_waiting(engine: &Engine, ctx: &Ctx, limit: i64) -> Result<Vec<QueuedDelivery>> {
    list(engine, ctx, move |tx, ws| repo::list_waiting(tx, ws, limit)).await
}

async fn list(
    engine: &Engine,
    ctx: &Ctx,
    select: impl Fn(&mut dyn Tx, i64) -> Result<Vec<Delivery>> + Send + 'static,
) -> Result<Vec<QueuedDelivery>> {
    ctx.require(Scope::read(Resource::Webhooks))?;
    let ws = ctx.ws();
    let found = engine
        .store
        .read(move |tx| {
            let mut queues = HashMap::new();
            let mut found = Vec::new();
            for delivery in select(tx, ws)? {
                let number = delivery.queue;
                if let Entry::Vacant(unknown) = queues.entry(number) {
                    unknown.insert(repo::find_queue(tx, ws, number)?);
                }
                let queue = queues.get(&number).cloned().flatten();
                found.extend(queue.map(|queue| QueuedDelivery { delivery, queue }));
            }
            Ok(found)
        })
        .await?;
    let shown = found.into_iter().map(|found| QueuedDelivery {
        delivery: redact(ctx, found.delivery),
        ..found
    });
    Ok(shown.collect())
}

/// Finds a delivery.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_in_tx(
    tx: &mut dyn Tx,
    ws: i64,
    rule: Option<EventRuleKey>,
    key: DeliveryKey,
) -> Result<Delivery> {
    let unknown = || Error::not_found(EntityKind::Delivery);
    let found = repo::find(tx, ws, key)?.ok_or_else(unknown)?;
    if let Some(rule) = rule {
        let queue = find_queue(tx, ws, rule)?;
        if queue.is_none_or(|queue| queue.number != found.queue) {
            return Err(unknown());
        }
    }
    Ok(found)
}

/// Finds the queue of a rule, if it has one.
///
/// # Errors
/// `NotFound` for an unknown rule.
pub(super) fn find_queue(
    tx: &mut dyn Tx,
    ws: i64,
    rule: EventRuleKey,
) -> Result<Option<OutboxQueue>> {
    let rule = rules::find(tx, ws, rule)?;
    let rule = rule.ok_or_else(|| Error::not_found(EntityKind::EventRule))?;
    repo::find_of_target(tx, ws, QueueKind::Webhook, rule.number)
}

/// Removes what only readers of conversations may see.
fn redact(ctx: &Ctx, delivery: Delivery) -> Delivery {
    if ctx.allows(Scope::read(Resource::Conversations)) {
        return delivery;
    }
    Delivery {
        payload: None,
        response: None,
        ..delivery
    }
}
