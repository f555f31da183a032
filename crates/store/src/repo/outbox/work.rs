//! What the holder of a queue's job does with its deliveries.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{
    AttemptOutcome, AttemptResult, Delivery, DeliveryFailureReason, DeliveryState, OutboxQueue,
    PauseReason, QueueKind, QueueState,
};
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};

use super::delivery::{find, from_row};
use super::{find_queue, pause};
use crate::repo::job::{self, ClaimedJob};
use crate::repo::turn::is_held;
use crate::sql::{delivery as sql, outbox_queue, outbox_signal};
use crate::{Tx, params};

/// Signals that are taken at a time.
const MAX_SIGNALS: i64 = 1_000;

/// What the holder of a queue's job has to do next.
#[derive(Debug)]
pub enum DeliveryStep {
    /// Send this delivery of this queue.
    Send(Box<(OutboxQueue, Delivery)>),
    /// Nothing before this time.
    Wait(Timestamp),
    /// There is nothing to do, or another node has claimed the job, which is removed or not this one's.
    Done,
}

/// Returns whether a queue has new deliveries.
pub fn has_new(tx: &mut dyn Tx) -> Result<bool> {
    let found = tx.query_one(&outbox_signal::ANY, params![], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Gives each queue with new deliveries a job, or signals its holder. Returns whether there may be more.
pub fn publish_new(tx: &mut dyn Tx) -> Result<bool> {
    let read = |row: &dyn crate::Row| Ok((row.int(0)?, row.int(1)?));
    let taken = tx.query_all(&outbox_signal::TAKE, params![MAX_SIGNALS], read)?;
    let mut queues_by_workspace = BTreeMap::<i64, BTreeSet<i64>>::new();
    for (ws, queue) in &taken {
        queues_by_workspace.entry(*ws).or_default().insert(*queue);
    }
    // In order, so that two nodes do not wait for each other.
    for (ws, queues) in &queues_by_workspace {
        let queues: Vec<i64> = queues.iter().copied().collect();
        job::signal_deliveries(tx, *ws, &queues)?;
    }
    Ok(!taken.is_empty())
}

/// Returns what the holder of a job has to do next. A job without anything to do is removed.
pub fn next(tx: &mut dyn Tx, ws: i64, job: &ClaimedJob) -> Result<DeliveryStep> {
    if !is_held(tx, job)? {
        return Ok(DeliveryStep::Done);
    }
    let mut job = *job;
    loop {
        let queue = find_queue(tx, ws, job.subject)?;
        let Some(queue) = queue.filter(|queue| queue.state == QueueState::Active) else {
            job::finish(tx, &job)?;
            return Ok(DeliveryStep::Done);
        };
        let found = tx.query_one(&sql::NEXT, params![ws, queue.number], from_row)?;
        if let Some(delivery) = found {
            let now = tx.next_stamp().at;
            return Ok(match delivery.due_at <= now {
                true => DeliveryStep::Send(Box::new((queue, delivery))),
                false => DeliveryStep::Wait(delivery.due_at),
            });
        }
        if job::finish_unless_signalled(tx, &job)? {
            return Ok(DeliveryStep::Done);
        }
        // Something was queued after the look at the queue.
        match job::read_position(tx, &job)? {
            Some(position) => job.position = position,
            None => return Ok(DeliveryStep::Done),
        }
    }
}

/// Begins an attempt, which stores the payload. Returns `false`, and changes nothing, if the job is no longer held or the
/// delivery is over.
pub fn begin(
    tx: &mut dyn Tx,
    ws: i64,
    (job, lease): (&ClaimedJob, Duration),
    delivery: i64,
    payload: &Redacted<Vec<u8>>,
) -> Result<bool> {
    if !job::renew(tx, job, lease)? {
        return Ok(false);
    }
    let payload: &[u8] = &payload.0;
    tx.execute(&sql::BEGIN, params![ws, delivery, payload])
        .map(|begun| begun == 1)
}

/// Ends an attempt. A transient failure leads to another one after `retry`, or to the end without it. A queue that has
/// failed for `pause_after` is paused when a delivery fails. Returns the delivery's state; `None` if the job is no longer
/// held, in which case nothing is changed.
pub fn end(
    tx: &mut dyn Tx,
    ws: i64,
    job: &ClaimedJob,
    (queue, delivery): (&OutboxQueue, i64),
    result: &AttemptResult,
    (retry, pause_after): (Option<Duration>, Duration),
) -> Result<Option<DeliveryState>> {
    if !is_held(tx, job)? {
        return Ok(None);
    }
    let now = tx.next_stamp().at;
    let (state, reason, due_at) = match result.outcome {
        AttemptOutcome::Sent => (DeliveryState::Sent, None, now),
        AttemptOutcome::Transient { reason, .. } => match retry {
            Some(delay) => (
                DeliveryState::Queued,
                Some(reason),
                now.saturating_add(delay),
            ),
            None => (DeliveryState::Failed, Some(reason), now),
        },
        AttemptOutcome::Permanent(reason) => (DeliveryState::Failed, Some(reason), now),
        AttemptOutcome::Unknown(reason) => (DeliveryState::Unknown, Some(reason), now),
        // It is sent when the queue is resumed.
        AttemptOutcome::Gone => (
            DeliveryState::Queued,
            Some(DeliveryFailureReason::Rejected),
            now,
        ),
    };
    let finished_at = (state != DeliveryState::Queued).then_some(now);
    let response = result.response.as_ref().map(|text| text.as_str());
    let changed = tx.execute(
        &sql::END,
        params![
            ws,
            delivery,
            state.as_str(),
            reason.map(DeliveryFailureReason::as_str),
            result.status.map(i64::from),
            response,
            due_at,
            finished_at
        ],
    )?;
    if changed == 0 {
        // The carrier has reported before its response was recorded, or the delivery was deleted meanwhile. The queue is still
        // held, and goes on.
        let found = find(tx, ws, IdOrNumber::Number(delivery))?;
        let state = found.map_or(DeliveryState::Cancelled, |found| found.state);
        return Ok(Some(state));
    }
    if queue.kind == QueueKind::Webhook {
        record_health(tx, ws, queue, (state, result.outcome), (now, pause_after))?;
    }
    Ok(Some(state))
}

/// Records since when the receiver fails, and pauses the queue of one that has failed for long or is gone.
fn record_health(
    tx: &mut dyn Tx,
    ws: i64,
    queue: &OutboxQueue,
    (state, outcome): (DeliveryState, AttemptOutcome),
    (now, pause_after): (Timestamp, Duration),
) -> Result<()> {
    let failing_since = match outcome {
        AttemptOutcome::Sent => None,
        _ => queue.failing_since.or(Some(now)),
    };
    if failing_since != queue.failing_since {
        let params = params![ws, queue.number, failing_since];
        tx.execute(&outbox_queue::SET_FAILING_SINCE, params)?;
    }
    let has_failed_long = state == DeliveryState::Failed
        && failing_since.is_some_and(|since| since.saturating_add(pause_after) <= now);
    match outcome {
        AttemptOutcome::Gone => pause(tx, ws, queue.number, PauseReason::Gone, now),
        _ if has_failed_long => pause(tx, ws, queue.number, PauseReason::FailingForLong, now),
        _ => Ok(()),
    }
}

/// Records what a carrier says of a delivery. Returns `false` if that is no news: carriers repeat and reorder what they
/// say, and a delivery that has arrived or failed stays so.
pub fn record_status(
    tx: &mut dyn Tx,
    ws: i64,
    delivery: i64,
    (state, reason): (DeliveryState, Option<DeliveryFailureReason>),
) -> Result<bool> {
    let now = tx.next_stamp().at;
    let reason = reason.map(DeliveryFailureReason::as_str);
    let params = params![ws, delivery, state.as_str(), reason, now];
    tx.execute(&sql::RECORD_STATUS, params)
        .map(|changed| changed == 1)
}

/// Ends a delivery without an attempt, if the job is still held.
pub fn cancel(
    tx: &mut dyn Tx,
    ws: i64,
    job: &ClaimedJob,
    delivery: i64,
    reason: DeliveryFailureReason,
) -> Result<()> {
    if !is_held(tx, job)? {
        return Ok(());
    }
    let now = tx.next_stamp().at;
    tx.execute(&sql::CANCEL, params![ws, delivery, reason.as_str(), now])
        .map(drop)
}

/// Gives the job back, to be claimed again after a delay, or at once if something of the queue was queued or released since
/// it was claimed.
pub fn release(tx: &mut dyn Tx, ws: i64, job: &ClaimedJob, delay: Duration) -> Result<bool> {
    job::release_deliveries(tx, ws, job, delay)
}
