//! Finds deliveries.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use parlor_model::error::EntityKind;
use parlor_model::event_rule::EventRuleKey;
use parlor_model::outbox::{
    Delivery, DeliveryCursor, DeliveryFailureReason, DeliveryKey, DeliveryListFilter,
    DeliveryState, OutboxQueue, QueueKind, QueueState,
};
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
) -> Result<QueuedDelivery> {
    ctx.require(Scope::read(Resource::Webhooks))?;
    let ws = ctx.ws();
    let found = engine
        .store
        .read(move |tx| {
            let delivery = find_in_tx(tx, ws, rule, key)?;
            let queue = repo::find_queue(tx, ws, delivery.queue)?;
            let queue = queue.ok_or_else(|| Error::not_found(EntityKind::Delivery))?;
            Ok(QueuedDelivery::new(delivery, queue))
        })
        .await?;
    Ok(QueuedDelivery {
        delivery: redact(ctx, found.delivery),
        ..found
    })
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
            Some(queue) => {
                let (found, total) = repo::page(tx, ws, queue.number, limit, offset)?;
                let shown = found
                    .into_iter()
                    .map(|delivery| show_pause(delivery, &queue));
                Ok((shown.collect::<Vec<_>>(), total))
            }
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

impl QueuedDelivery {
    fn new(delivery: Delivery, queue: OutboxQueue) -> Self {
        let delivery = show_pause(delivery, &queue);
        Self { delivery, queue }
    }
}

/// Returns deliveries of a workspace that lie behind a position, newest first: webhooks, and messages over carriers. Requires
/// what [`find`] does.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    filter: DeliveryListFilter,
    after: DeliveryCursor,
    limit: i64,
) -> Result<Vec<QueuedDelivery>> {
    ctx.require(Scope::read(Resource::Webhooks))?;
    let ws = ctx.ws();
    let found = engine
        .store
        .read(move |tx| {
            let mut queues = HashMap::new();
            let mut found = Vec::new();
            for delivery in repo::list(tx, ws, filter, after, limit)? {
                let number = delivery.queue;
                if let Entry::Vacant(unknown) = queues.entry(number) {
                    unknown.insert(repo::find_queue(tx, ws, number)?);
                }
                let queue = queues.get(&number).cloned().flatten();
                found.extend(queue.map(|queue| QueuedDelivery::new(delivery, queue)));
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

/// Says of a delivery of a paused queue what it waits for: its own row has the reason of its last attempt.
fn show_pause(mut delivery: Delivery, queue: &OutboxQueue) -> Delivery {
    if queue.state == QueueState::Paused && delivery.state == DeliveryState::Queued {
        delivery.reason = Some(DeliveryFailureReason::Paused);
    }
    delivery
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

/// Counting of waiting deliveries ends at this number.
const MAX_COUNTED: i64 = 10_000;

/// Returns how many deliveries wait in all workspaces, at most 10,000. It is the operator's figure and needs no right.
pub async fn count_all_waiting(engine: &Engine) -> Result<i64> {
    let count = |tx: &mut dyn Tx| repo::count_all_waiting(tx, MAX_COUNTED);
    engine.store.read(count).await
}
