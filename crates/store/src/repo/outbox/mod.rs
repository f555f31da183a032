//! The outbox: queues by target, and their deliveries. A job of the kind [`JobKind::Deliver`](super::job::JobKind) leads
//! to the node that sends the deliveries of a queue.
//!
//! Keeps INV-69 (`docs/invariants.md`).

mod delivery;
mod hold;
mod insert;
mod work;

use parlor_model::outbox::{EventKind, OutboxQueue, PauseReason, QueueKind, QueueState};
use parlor_model::{Error, Result, Timestamp};

use crate::sql::{delivery as delivery_sql, outbox_queue as sql};
use crate::{Row, Tx, params};

pub use delivery::{
    cancel_waiting, count_all_waiting, count_unsent, count_waiting, delete_ended, expire, find,
    list, page, replay, replay_since,
};
pub use hold::{hold, release_held};
pub use insert::{insert_archived, insert_event, insert_for_carrier, insert_needs_response};
pub use work::{
    DeliveryStep, begin, cancel, end, has_new, next, publish_new, record_status, release,
};

/// Queue that takes an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventQueue {
    /// Its number.
    pub number: i64,
    /// What it takes.
    pub event: EventKind,
}

/// Inserts the queue of a target, or changes what it takes; `event` is `None` for a target that is switched off. A paused
/// one stays paused.
pub fn put(
    tx: &mut dyn Tx,
    ws: i64,
    (kind, target): (QueueKind, i64),
    event: Option<EventKind>,
    delay_seconds: i64,
) -> Result<OutboxQueue> {
    let at = tx.next_stamp().at;
    let state = match event {
        Some(_) => QueueState::Active,
        None => QueueState::Closed,
    };
    tx.execute(
        &sql::PUT,
        params![
            ws,
            kind.as_str(),
            target,
            event.map(EventKind::as_str),
            delay_seconds,
            state.as_str(),
            at
        ],
    )?;
    find_of_target(tx, ws, kind, target)?.ok_or_else(|| Error::internal("a queue was not inserted"))
}

/// Finds a queue by number.
pub fn find_queue(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<OutboxQueue>> {
    tx.query_one(&sql::BY_NUMBER, params![ws, number], queue_from_row)
}

/// Finds the queue of a target.
pub fn find_of_target(
    tx: &mut dyn Tx,
    ws: i64,
    kind: QueueKind,
    target: i64,
) -> Result<Option<OutboxQueue>> {
    tx.query_one(
        &sql::BY_TARGET,
        params![ws, kind.as_str(), target],
        queue_from_row,
    )
}

/// Returns the queues of a workspace's webhooks.
pub fn list_webhook_queues(tx: &mut dyn Tx, ws: i64) -> Result<Vec<OutboxQueue>> {
    tx.query_all(&sql::LIST_WEBHOOKS, params![ws], queue_from_row)
}

/// Returns the queues that take events of a workspace.
pub fn list_event_queues(tx: &mut dyn Tx, ws: i64) -> Result<Vec<EventQueue>> {
    tx.query_all(&sql::TAKING_EVENTS, params![ws], |row| {
        Ok(EventQueue {
            number: row.int(0)?,
            event: row.enum_value(1, EventKind::from_name)?,
        })
    })
}

/// Returns the numbers of the queues that take an event of a workspace.
pub fn list_queues_of_event(tx: &mut dyn Tx, ws: i64, event: EventKind) -> Result<Vec<i64>> {
    tx.query_all(&sql::TAKING, params![ws, event.as_str()], |row| row.int(0))
}

/// Resumes a paused queue. Returns `false` if it is not paused.
pub fn resume(tx: &mut dyn Tx, ws: i64, queue: i64) -> Result<bool> {
    let is_resumed = tx.execute(&sql::RESUME, params![ws, queue])? == 1;
    if is_resumed {
        super::job::signal_deliveries(tx, ws, &[queue])?;
    }
    Ok(is_resumed)
}

/// Pauses a queue.
fn pause(tx: &mut dyn Tx, ws: i64, queue: i64, reason: PauseReason, at: Timestamp) -> Result<()> {
    tx.execute(&sql::PAUSE, params![ws, queue, reason.as_str(), at])
        .map(drop)
}

/// Deletes a queue if it is closed, has no deliveries and its target is gone.
pub fn delete_closed(tx: &mut dyn Tx, ws: i64, queue: i64) -> Result<()> {
    tx.execute(&sql::DELETE_CLOSED, params![ws, queue])
        .map(drop)
}

/// Deletes the queue of a conversation that is deleted, with its deliveries. Those to receivers of webhooks go with the
/// conversation's row.
pub(crate) fn delete_of_conversation(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
    tx.execute(&delivery_sql::DELETE_OF_CARRIER, params![ws, conversation])?;
    tx.execute(&sql::DELETE_CARRIER, params![ws, conversation])
        .map(drop)
}

fn queue_from_row(row: &dyn Row) -> Result<OutboxQueue> {
    Ok(OutboxQueue {
        number: row.int(0)?,
        kind: row.enum_value(1, QueueKind::from_name)?,
        target: row.int(2)?,
        event: row.opt_enum_value(3, EventKind::from_name)?,
        state: row.enum_value(4, QueueState::from_name)?,
        pause_reason: row.opt_enum_value(5, PauseReason::from_name)?,
        paused_at: row.opt_time(6)?,
        failing_since: row.opt_time(7)?,
    })
}
