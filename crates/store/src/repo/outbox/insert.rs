//! Queues what has happened, in the transaction in which it happens.

use parlor_model::Result;
use parlor_model::id::{DeliveryId, MessageId};
use parlor_model::outbox::EventKind;

use super::EventQueue;
use crate::sql::{delivery as sql, outbox_queue, outbox_signal};
use crate::{SqlStatement, Tx, params};

/// Queues an event of a conversation, if the queue still takes it. `message` is the message with its `seq`.
pub fn insert_event(
    tx: &mut dyn Tx,
    ws: i64,
    queue: EventQueue,
    conversation: i64,
    message: Option<(MessageId, i64)>,
) -> Result<()> {
    insert(tx, &sql::INSERT, ws, queue, (conversation, message))
}

/// Queues that a conversation is archived or closed, unless its row says so already: call it before the row is changed.
pub fn insert_archived(tx: &mut dyn Tx, ws: i64, queue: i64, conversation: i64) -> Result<()> {
    let queue = EventQueue {
        number: queue,
        event: EventKind::ConversationArchived,
    };
    insert(tx, &sql::INSERT_ARCHIVED, ws, queue, (conversation, None))
}

/// Queues that a person has to respond, unless the conversation's row says so already: call it before the row is changed.
/// With `is_certain` no assistant will answer, otherwise the row decides.
pub fn insert_needs_response(
    tx: &mut dyn Tx,
    ws: i64,
    queue: i64,
    (conversation, message): (i64, Option<(MessageId, i64)>),
    is_certain: bool,
) -> Result<()> {
    let stamp = tx.next_stamp();
    let id: DeliveryId = stamp.id();
    let event = EventKind::NeedsResponse.as_str();
    let (message, seq) = message.unzip();
    let inserted = tx.execute(
        &sql::INSERT_NEEDS_RESPONSE,
        params![
            ws,
            &id,
            queue,
            event,
            conversation,
            seq,
            message.as_ref(),
            stamp.at,
            i64::from(is_certain)
        ],
    )?;
    signal_if(tx, ws, queue, inserted)
}

/// Queues a message, with its `seq`, for the carrier of its conversation.
pub fn insert_for_carrier(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    (message, seq): (MessageId, i64),
) -> Result<()> {
    let stamp = tx.next_stamp();
    let id: DeliveryId = stamp.id();
    let params = params![ws, &id, conversation, seq, &message, stamp.at];
    let mut inserted = tx.query_one(&sql::INSERT_FOR_CARRIER, params, |row| row.int(0))?;
    if inserted.is_none() {
        // The first message of the conversation to its carrier.
        let queue = params![ws, conversation, stamp.at];
        tx.execute(&outbox_queue::PUT_CARRIER, queue)?;
        inserted = tx.query_one(&sql::INSERT_FOR_CARRIER, params, |row| row.int(0))?;
    }
    match inserted {
        Some(queue) => signal(tx, ws, queue),
        None => Ok(()),
    }
}

/// Lets a worker learn of new deliveries of a queue.
pub(super) fn signal(tx: &mut dyn Tx, ws: i64, queue: i64) -> Result<()> {
    tx.execute(&outbox_signal::INSERT, params![ws, queue])
        .map(drop)
}

fn insert(
    tx: &mut dyn Tx,
    statement: &'static SqlStatement,
    ws: i64,
    queue: EventQueue,
    (conversation, message): (i64, Option<(MessageId, i64)>),
) -> Result<()> {
    let stamp = tx.next_stamp();
    let id: DeliveryId = stamp.id();
    let (message, seq) = message.unzip();
    let inserted = tx.execute(
        statement,
        params![
            ws,
            &id,
            queue.number,
            queue.event.as_str(),
            conversation,
            seq,
            message.as_ref(),
            stamp.at
        ],
    )?;
    signal_if(tx, ws, queue.number, inserted)
}

fn signal_if(tx: &mut dyn Tx, ws: i64, queue: i64, inserted: u64) -> Result<()> {
    match inserted {
        0 => Ok(()),
        _ => signal(tx, ws, queue),
    }
}
