//! Sends deliveries once more.

use parlor_model::error::ConflictReason;
use parlor_model::event_rule::EventRuleKey;
use parlor_model::outbox::{Delivery, DeliveryKey, DeliveryState, QueueKind, QueueState};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::outbox as repo;

use super::carrier::show_status;
use super::find::{find_in_tx, find_queue};
use crate::{Engine, outbox};

/// Queues an ended delivery once more, under its id and with its payload; one that waits stays as it is. Requires
/// `webhooks:write`, and for a message over a carrier `conversations:write` too.
///
/// # Errors
/// `NotFound`; `Conflict` if its target is deleted or switched off.
pub async fn replay(
    engine: &Engine,
    ctx: &Ctx,
    rule: Option<EventRuleKey>,
    key: DeliveryKey,
) -> Result<Delivery> {
    ctx.require(Scope::write(Resource::Webhooks))?;
    let (ctx, ws) = (*ctx, ctx.ws());
    let replayed = engine
        .store
        .write(move |tx| {
            let found = find_in_tx(tx, ws, rule, key)?;
            let queue = repo::find_queue(tx, ws, found.queue)?;
            let queue = queue.filter(|queue| queue.state != QueueState::Closed);
            let Some(queue) = queue else {
                return Err(Error::conflict(ConflictReason::NotReplayable));
            };
            let is_message = queue.kind == QueueKind::Carrier;
            if is_message {
                ctx.require(Scope::write(Resource::Conversations))?;
            }
            if repo::replay(tx, ws, found.queue, found.number)? && is_message {
                show_status(tx, ws, &found, DeliveryState::Queued)?;
            }
            find_in_tx(tx, ws, rule, key)
        })
        .await?;
    outbox::wake_worker(engine);
    Ok(Delivery {
        payload: None,
        response: None,
        ..replayed
    })
}

/// Queues once more what has failed or was cancelled of a rule since a time, and with `also_sent` what was sent, in the
/// order of the events. Returns the number of deliveries. Requires `webhooks:write`.
///
/// # Errors
/// `NotFound`; `Conflict` if the rule is switched off.
pub async fn replay_since(
    engine: &Engine,
    ctx: &Ctx,
    rule: EventRuleKey,
    since: Timestamp,
    also_sent: bool,
) -> Result<u64> {
    ctx.require(Scope::write(Resource::Webhooks))?;
    let ws = ctx.ws();
    let count = engine
        .store
        .write(move |tx| match find_queue(tx, ws, rule)? {
            Some(queue) if queue.state != QueueState::Closed => {
                repo::replay_since(tx, ws, queue.number, since, also_sent)
            }
            _ => Err(Error::conflict(ConflictReason::NotReplayable)),
        })
        .await?;
    outbox::wake_worker(engine);
    Ok(count)
}
