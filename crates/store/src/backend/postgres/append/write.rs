//! Writing the rows of a batch.

use std::collections::HashMap;

use parlor_model::{Error, Result};
use serde::Serialize;
use uuid::Uuid;

use super::locked_head::{LockedHead, LockedHeads};
use super::outbox_rows::OutboxRows;
use super::positioned_message::PositionedMessage;
use super::to_json_text;
use crate::backend::postgres::statement as sql;
use crate::backend::postgres::transaction::{PipelinedQuery, PostgresTx};
use crate::sql::message;
use crate::{Tx, params};

/// Writes the effects and mentions, then the messages and heads, and commits. Returns the messages' numbers by id.
pub(super) fn write_and_commit(
    tx: &mut PostgresTx<'_>,
    positioned: &[PositionedMessage<'_>],
    heads: &LockedHeads,
) -> Result<HashMap<Uuid, i64>> {
    // Few messages have mentions or other effects than those on the outbox, so each takes a statement.
    for PositionedMessage {
        entry, position, ..
    } in positioned
    {
        for member in &entry.mentions {
            let mention = params![entry.ws, position.conversation, *member, position.seq];
            tx.execute(&message::MENTION, mention)?;
        }
        entry.apply_effects(tx, *position, |effect| !effect.queues_message())?;
    }
    heads.notify_log_updates(tx);
    insert_and_commit(tx, positioned, heads)
}

/// Row of the statement's first parameter.
#[derive(Serialize)]
struct MessageRow<'e> {
    ws: i64,
    id: String,
    conversation: i64,
    seq: i64,
    author: Option<i64>,
    role: &'static str,
    form: Option<&'e str>,
    text: &'e str,
    metadata: &'e str,
    client_id: Option<&'e str>,
    at: i64,
    details: Option<&'e str>,
}

impl<'e> MessageRow<'e> {
    fn new(message: &PositionedMessage<'e>) -> Self {
        let (entry, appended) = (message.entry, &message.appended);
        Self {
            ws: entry.ws,
            id: appended.id.uuid().to_string(),
            conversation: entry.conversation,
            seq: appended.seq,
            author: entry.author,
            role: entry.role.as_str(),
            form: entry.subtype.as_deref(),
            text: entry.text.as_str(),
            metadata: &entry.metadata,
            client_id: entry.client_id.as_deref(),
            at: appended.at.micros(),
            details: entry.details.as_deref(),
        }
    }
}

/// Row of the statement's second parameter: a head that has moved.
#[derive(Serialize)]
struct HeadRow {
    ws: i64,
    conversation: i64,
    seq: i64,
    at: i64,
    said: Option<i64>,
    said_at: Option<i64>,
    role: Option<&'static str>,
}

impl HeadRow {
    fn new((ws, conversation): (i64, i64), head: &LockedHead) -> Option<Self> {
        Some(Self {
            ws,
            conversation,
            seq: head.seq,
            at: head.moved_at?.micros(),
            said: head.last_message.map(|(seq, ..)| seq),
            said_at: head.last_message.map(|(_, at, _)| at.micros()),
            role: head.last_message.map(|(.., speaker)| speaker.as_str()),
        })
    }
}

fn insert_and_commit(
    tx: &mut PostgresTx<'_>,
    positioned: &[PositionedMessage<'_>],
    heads: &LockedHeads,
) -> Result<HashMap<Uuid, i64>> {
    if positioned.is_empty() {
        return Ok(HashMap::new());
    }
    let messages: Vec<MessageRow<'_>> = positioned.iter().map(MessageRow::new).collect();
    let heads: Vec<HeadRow> = heads
        .0
        .iter()
        .filter_map(|(key, head)| HeadRow::new(*key, head))
        .collect();
    let mut numbers = HashMap::with_capacity(messages.len());
    let outbox = OutboxRows::new(tx, positioned)?;
    let for_carriers = outbox.for_carriers.as_ref().map(|rows| [rows.into()]);
    let events = outbox.events.as_ref().map(|rows| [rows.into()]);
    let parameters = (to_json_text(&messages)?, to_json_text(&heads)?);
    let mut queries: Vec<PipelinedQuery<'_>> = Vec::new();
    if let Some(rows) = &for_carriers {
        queries.push((&sql::PUT_CARRIER_QUEUES, rows));
        queries.push((&sql::INSERT_CARRIER_DELIVERIES, rows));
    }
    if let Some(rows) = &events {
        queries.push((&sql::INSERT_MESSAGE_EVENTS, rows));
    }
    let inserted = params![&parameters.0, &parameters.1];
    queries.push((&sql::INSERT_MESSAGES, inserted));
    tx.query_and_commit(&queries, &mut |row| {
        numbers.insert(row.id::<()>(0)?.uuid(), row.int(1)?);
        Ok(())
    })?;
    if numbers.len() != messages.len() {
        // They are committed: an error of another kind would have them stored once more.
        return Err(Error::unavailable("not all messages have numbers"));
    }
    Ok(numbers)
}
