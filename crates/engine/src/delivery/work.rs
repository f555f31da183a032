//! What a worker does with deliveries: claim a queue, begin an attempt, end it, give the queue back. Workers act for the
//! server, not for a caller.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::event_rule::EventRule;
use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{
    AttemptOutcome, AttemptResult, Delivery, DeliveryFailureReason, DeliveryState, OutboxQueue,
    PauseReason, QueueKind, QueueState,
};
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::event_rule;
use parlor_store::repo::job::{self, ClaimedJob};
use parlor_store::repo::outbox::{self as repo, DeliveryStep};

use super::carrier;
use super::payload::{self, EventPayloadEncoder};
use super::recipient::{Prepared, Recipient};
use crate::delivery_counts::DeliveryEnd;
use crate::event_rule::{WebhookTarget, open_target};
use crate::outbound::OutboundMessage;
use crate::undeliverable_address::mark_subject;
use crate::{Engine, NextClaim};

/// Deliveries that are skipped in one transaction, because they have nothing to send any more.
const MAX_SKIPPED: usize = 100;

/// A claimed queue.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryLease {
    /// Workspace number.
    pub ws: i64,
    job: ClaimedJob,
}

/// A delivery of which an attempt has begun.
#[derive(Debug)]
pub struct DeliveryWork {
    /// The delivery, with its payload. `attempts` does not count this one.
    pub delivery: Delivery,
    /// Where it goes.
    pub target: DeliveryTarget,
    queue: OutboxQueue,
}

/// Where a delivery goes.
#[derive(Debug)]
pub enum DeliveryTarget {
    /// To the URL of an event rule.
    Webhook(WebhookTarget),
    /// Over a carrier, as this message.
    Carrier(Box<OutboundMessage>),
}

/// What the holder of a queue has to do next.
#[derive(Debug)]
pub enum NextDelivery {
    /// Send this.
    Send(Box<DeliveryWork>),
    /// Give the queue back for this time.
    Wait(Duration),
    /// Ask again.
    Again,
    /// The queue is empty, paused or another worker's.
    Done,
}

/// Lets the queues with new deliveries be claimed.
pub async fn publish_new(engine: &Engine) -> Result<()> {
    if engine.store.read(repo::has_new).await? {
        engine.store.write(repo::publish_new).await?;
    }
    Ok(())
}

/// Claims queues that have something to send to such a target.
pub async fn claim(
    engine: &Engine,
    target: QueueKind,
    next: NextClaim,
    lease: Duration,
) -> Result<Vec<DeliveryLease>> {
    let limit = i64::try_from(next.limit).unwrap_or(i64::MAX);
    let is_due = move |tx: &mut dyn Tx| job::is_delivery_due(tx, target);
    // A claim is a write, also where there is nothing to claim.
    if !engine.store.read(is_due).await? {
        return Ok(Vec::new());
    }
    let store = &engine.store;
    let claimed = store
        .claim_deliveries(target, limit, lease, next.except)
        .await?;
    let leases = claimed.into_iter().filter_map(|job| {
        let ws = job.ws?;
        Some(DeliveryLease { ws, job })
    });
    Ok(leases.collect())
}

/// Begins the next attempt of a claimed queue, and extends the lease.
pub async fn begin(
    engine: &Engine,
    encoder: &Arc<dyn EventPayloadEncoder>,
    lease: DeliveryLease,
    duration: Duration,
) -> Result<NextDelivery> {
    let encoder = encoder.clone();
    let begun = engine
        .store
        .write(move |tx| begin_in_tx(tx, &*encoder, lease, duration))
        .await?;
    for event in begun.skipped {
        engine.delivery_counts.record(event, DeliveryEnd::Cancelled);
    }
    Ok(match begun.step {
        BegunStep::Send(begun) => {
            let (queue, delivery, recipient) = *begun;
            let target = match recipient {
                Recipient::Rule(rule, sealed) => {
                    let target = open_target(engine, lease.ws, &rule, sealed.as_deref())?;
                    DeliveryTarget::Webhook(target)
                }
                Recipient::Subject(message) => DeliveryTarget::Carrier(message),
            };
            NextDelivery::Send(Box::new(DeliveryWork {
                delivery,
                target,
                queue,
            }))
        }
        BegunStep::Wait(until) => {
            let left = until.micros().saturating_sub(engine.now().micros());
            NextDelivery::Wait(Duration::from_micros(u64::try_from(left).unwrap_or(0)))
        }
        BegunStep::Again => NextDelivery::Again,
        BegunStep::Done => NextDelivery::Done,
    })
}

struct Begun {
    step: BegunStep,
    /// Events of deliveries that were cancelled.
    skipped: Vec<parlor_model::outbox::EventKind>,
}

enum BegunStep {
    Send(Box<(OutboxQueue, Delivery, Recipient)>),
    Wait(Timestamp),
    Again,
    Done,
}

fn begin_in_tx(
    tx: &mut dyn Tx,
    encoder: &dyn EventPayloadEncoder,
    lease: DeliveryLease,
    duration: Duration,
) -> Result<Begun> {
    let (ws, job) = (lease.ws, &lease.job);
    let mut skipped = Vec::new();
    while skipped.len() < MAX_SKIPPED {
        let (queue, mut delivery) = match repo::next(tx, ws, job)? {
            DeliveryStep::Send(found) => *found,
            DeliveryStep::Wait(until) => {
                let step = BegunStep::Wait(until);
                return Ok(Begun { step, skipped });
            }
            DeliveryStep::Done => {
                let step = BegunStep::Done;
                return Ok(Begun { step, skipped });
            }
        };
        if queue.kind == QueueKind::Carrier && delivery.state == DeliveryState::Sending {
            carrier::end_interrupted(tx, ws, job, &queue, &delivery)?;
            continue;
        }
        let prepared = match queue.kind {
            QueueKind::Webhook => prepare_webhook(tx, encoder, ws, &queue, &delivery)?,
            QueueKind::Carrier => carrier::prepare(tx, ws, &delivery)?,
        };
        let reason = match prepared {
            Prepared::Send(payload, recipient) => {
                if !repo::begin(tx, ws, (job, duration), delivery.number, &payload)? {
                    let step = BegunStep::Done;
                    return Ok(Begun { step, skipped });
                }
                delivery.payload = Some(payload);
                let step = BegunStep::Send(Box::new((queue, delivery, recipient)));
                return Ok(Begun { step, skipped });
            }
            Prepared::Hold(hold) => {
                let held = (hold.until, hold.reason);
                repo::hold(tx, ws, job, delivery.number, held)?;
                let step = BegunStep::Wait(hold.until);
                return Ok(Begun { step, skipped });
            }
            Prepared::Cancel(reason) => reason,
        };
        repo::cancel(tx, ws, job, delivery.number, reason)?;
        if queue.kind == QueueKind::Carrier {
            carrier::show_status(tx, ws, &delivery, DeliveryState::Cancelled)?;
        }
        skipped.push(delivery.event);
    }
    let step = BegunStep::Again;
    Ok(Begun { step, skipped })
}

fn prepare_webhook(
    tx: &mut dyn Tx,
    encoder: &dyn EventPayloadEncoder,
    ws: i64,
    queue: &OutboxQueue,
    delivery: &Delivery,
) -> Result<Prepared> {
    let Some(rule) = event_rule::find(tx, ws, IdOrNumber::Number(queue.target))? else {
        return Ok(Prepared::Cancel(DeliveryFailureReason::TargetClosed));
    };
    let Some(rendered) = render(tx, encoder, ws, delivery, &rule)? else {
        return Ok(Prepared::Cancel(DeliveryFailureReason::SubjectDeleted));
    };
    let sealed = event_rule::find_secrets(tx, ws, rule.number)?;
    let recipient = Recipient::Rule(Box::new(rule), sealed);
    Ok(Prepared::Send(rendered, recipient))
}

/// Returns what was sent before, or what is to be sent. `None` if what it is about does not exist any more.
fn render(
    tx: &mut dyn Tx,
    encoder: &dyn EventPayloadEncoder,
    ws: i64,
    delivery: &Delivery,
    rule: &EventRule,
) -> Result<Option<Redacted<Vec<u8>>>> {
    if let Some(rendered) = &delivery.payload {
        return Ok(Some(rendered.clone()));
    }
    match payload::load(tx, ws, delivery.clone(), rule.clone())? {
        Some(event) => encoder.encode(event).map(Redacted).map(Some),
        None => Ok(None),
    }
}

/// Ends an attempt, and says in the log if that pauses the queue. After a transient failure the delivery is tried again after
/// `retry`, or has failed without it. Returns whether the queue is still held.
pub async fn end(
    engine: &Engine,
    lease: DeliveryLease,
    work: &DeliveryWork,
    result: AttemptResult,
    (retry, pause_after): (Option<Duration>, Duration),
) -> Result<bool> {
    let (queue, delivery) = (work.queue.clone(), work.delivery.clone());
    let (event, rule) = (delivery.event, queue.target);
    let (ended, paused) = engine
        .store
        .write(move |tx| {
            let ended = (&queue, delivery.number);
            let timing = (retry, pause_after);
            let state = repo::end(tx, lease.ws, &lease.job, ended, &result, timing)?;
            match state {
                Some(state) if queue.kind == QueueKind::Carrier => {
                    carrier::show_status(tx, lease.ws, &delivery, state)?;
                    let gone = AttemptOutcome::Permanent(DeliveryFailureReason::AddressBounced);
                    if result.outcome == gone {
                        mark_subject(tx, lease.ws, delivery.conversation, None, None)?;
                    }
                }
                _ => {}
            }
            Ok((state, find_new_pause(tx, lease.ws, &queue)?))
        })
        .await?;
    if let Some(reason) = paused {
        let reason = reason.as_str();
        tracing::warn!(
            rule,
            reason,
            "an event rule is paused: what happens waits until somebody resumes it"
        );
    }
    let counts = &engine.delivery_counts;
    match ended {
        Some(DeliveryState::Sent | DeliveryState::Delivered) => {
            let after = engine.now().micros() - work.delivery.created_at.micros();
            counts.record_sent_after(Duration::from_micros(u64::try_from(after).unwrap_or(0)));
            counts.record(event, DeliveryEnd::Sent);
        }
        Some(DeliveryState::Failed | DeliveryState::Unknown) => {
            counts.record(event, DeliveryEnd::Failed);
        }
        Some(DeliveryState::Cancelled) => counts.record(event, DeliveryEnd::Cancelled),
        Some(DeliveryState::Queued | DeliveryState::Sending) => {
            counts.record(event, DeliveryEnd::Retried);
        }
        None => {}
    }
    Ok(ended.is_some())
}

/// Returns why a queue is paused that was not when its delivery began.
fn find_new_pause(tx: &mut dyn Tx, ws: i64, before: &OutboxQueue) -> Result<Option<PauseReason>> {
    if before.kind != QueueKind::Webhook {
        return Ok(None);
    }
    let queue = repo::find_queue(tx, ws, before.number)?;
    let paused = queue.filter(|queue| queue.state == QueueState::Paused);
    Ok(paused.and_then(|queue| queue.pause_reason))
}

/// Gives a queue back, to be claimed again after a delay.
pub async fn release(engine: &Engine, lease: DeliveryLease, delay: Duration) -> Result<()> {
    let release = engine
        .store
        .write(move |tx| repo::release(tx, lease.ws, &lease.job, delay));
    release.await.map(drop)
}
