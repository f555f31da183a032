//! Writing the rows of a batch.

use std::collections::HashMap;

use parlor_model::{Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::batch::PositionedMessage;
use super::locked_head::LockedHeads;
use super::to_json_text;
use crate::append_message::{AppendMessage, AppendResult};
use crate::backend::postgres::statement as sql;
use crate::backend::postgres::transaction::PostgresTx;
use crate::sql::message;
use crate::{Tx, params};

/// Writes the effects and mentions, then the messages and heads, and commits. Returns the messages' numbers by id.
pub(super) fn write_and_commit(
    tx: &mut PostgresTx<'_>,
    positioned: &[PositionedMessage<'_>],
    heads: &LockedHeads,
) -> Result<HashMap<Uuid, i64>> {
    // Few messages have mentions or effects, so each takes a statement.
    for PositionedMessage {
        entry, position, ..
    } in positioned
    {
        for member in &entry.mentions {
            let mention = params![entry.ws, position.conversation, *member, position.seq];
            tx.execute(&message::MENTION, mention)?;
        }
        entry.apply_effects(tx, *position)?;
    }
    heads.notify_log_updates(tx);
    let rows: Vec<Value> = positioned
        .iter()
        .map(|one| message_row(one.entry, one.position.conversation, &one.appended))
        .collect();
    insert_and_commit(tx, &rows, heads)
}

fn message_row(entry: &AppendMessage, conversation: i64, appended: &AppendResult) -> Value {
    json!({
        "ws": entry.ws,
        "id": appended.id.uuid().to_string(),
        "conversation": conversation,
        "seq": appended.seq,
        "author": entry.author,
        "role": entry.role.as_str(),
        "form": entry.subtype,
        "text": entry.text.as_str(),
        "metadata": entry.metadata,
        "client_id": entry.client_id,
        "at": appended.at.micros(),
        "details": entry.details,
    })
}

fn insert_and_commit(
    tx: &mut PostgresTx<'_>,
    rows: &[Value],
    heads: &LockedHeads,
) -> Result<HashMap<Uuid, i64>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let moved: Vec<Value> = heads
        .0
        .iter()
        .filter_map(|((ws, conversation), head)| {
            let at = head.moved_at?.micros();
            let (last_seq, last_at, role) = match head.last_message {
                Some((seq, at, role)) => (Some(seq), Some(at.micros()), Some(role.as_str())),
                None => (None, None, None),
            };
            Some(
                json!({"ws": ws, "conversation": conversation, "seq": head.seq, "at": at,
                "said": last_seq, "said_at": last_at, "role": role}),
            )
        })
        .collect();
    let mut numbers = HashMap::with_capacity(rows.len());
    let parameters = (to_json_text(rows)?, to_json_text(&moved)?);
    tx.query_and_commit(
        (&sql::INSERT_MESSAGES, params![&parameters.0, &parameters.1]),
        &mut |row| {
            numbers.insert(row.id::<()>(0)?.uuid(), row.int(1)?);
            Ok(())
        },
    )?;
    if numbers.len() != rows.len() {
        return Err(Error::internal("messages were not inserted"));
    }
    Ok(numbers)
}
