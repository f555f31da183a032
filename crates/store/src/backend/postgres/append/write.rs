//! Writing a batch.

use std::collections::HashMap;

use parlor_model::{Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::head::Heads;
use super::{Placed, text};
use crate::append::{Append, Appended};
use crate::backend::postgres::statement as sql;
use crate::sql::message;
use crate::{Tx, params};

/// Writes the messages, the heads and what goes along with them; gives the messages' numbers by id.
pub(super) fn all(
    tx: &mut dyn Tx,
    placed: &[Placed<'_>],
    heads: &Heads,
) -> Result<HashMap<Uuid, i64>> {
    let row = |one: &Placed<'_>| row(one.entry, one.place.conversation, &one.appended);
    let rows: Vec<Value> = placed.iter().map(row).collect();
    let numbers = insert(tx, &rows, heads)?;
    // Few messages mention anybody or have company: a statement each.
    for Placed { entry, place, .. } in placed {
        for member in &entry.mentions {
            let mention = params![entry.ws, place.conversation, *member, place.seq];
            tx.execute(&message::MENTION, mention)?;
        }
        entry.accompany(tx, *place)?;
    }
    Ok(numbers)
}

fn row(entry: &Append, conversation: i64, appended: &Appended) -> Value {
    json!({
        "ws": entry.ws,
        "id": appended.id.uuid().to_string(),
        "conversation": conversation,
        "seq": appended.seq,
        "author": entry.author,
        "role": entry.role.word(),
        "form": entry.form,
        "text": entry.text.as_str(),
        "metadata": entry.metadata,
        "client_id": entry.client_id,
        "at": appended.at.micros(),
        "details": entry.details,
    })
}

fn insert(tx: &mut dyn Tx, rows: &[Value], heads: &Heads) -> Result<HashMap<Uuid, i64>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let moved: Vec<Value> = heads
        .by_number
        .iter()
        .filter_map(|((ws, conversation), head)| {
            let at = head.moved?.micros();
            let (said, said_at, role) = match head.said {
                Some((seq, at, role)) => (Some(seq), Some(at.micros()), Some(role.word())),
                None => (None, None, None),
            };
            Some(
                json!({"ws": ws, "conversation": conversation, "seq": head.seq, "at": at,
                "said": said, "said_at": said_at, "role": role}),
            )
        })
        .collect();
    let mut numbers = HashMap::with_capacity(rows.len());
    let parameters = (text(rows)?, text(&moved)?);
    tx.query(
        &sql::INSERT_MESSAGES,
        params![&parameters.0, &parameters.1],
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
