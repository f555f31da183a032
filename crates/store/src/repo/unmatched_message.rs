//! Received messages for numbers and inboxes that their workspace does not have.

use parlor_model::Result;
use parlor_model::conversation::Medium;
use parlor_model::redacted::Redacted;
use parlor_model::unmatched_message::{NewUnmatchedMessage, UnmatchedMessage};

use crate::sql::unmatched_message as sql;
use crate::{Tx, params};

/// Stores a message, and keeps the newest `kept` ones. A repeated one changes nothing. Returns whether it is a new one.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &NewUnmatchedMessage, kept: i64) -> Result<bool> {
    let at = tx.next_stamp().at;
    let inserted = tx.execute(
        &sql::INSERT,
        params![
            ws,
            new.medium.as_str(),
            &new.external_id,
            new.sender.as_str(),
            new.recipient.as_str(),
            new.content.as_str(),
            at
        ],
    )?;
    if inserted > 0 {
        tx.execute(&sql::DELETE_OLD, params![ws, kept])?;
    }
    Ok(inserted > 0)
}

/// Returns messages, the newest first, before a number.
pub fn list(tx: &mut dyn Tx, ws: i64, before: i64, limit: i64) -> Result<Vec<UnmatchedMessage>> {
    tx.query_all(&sql::LIST, params![ws, before, limit], |row| {
        Ok(UnmatchedMessage {
            number: row.int(0)?,
            medium: row.enum_value(1, Medium::from_name)?,
            sender: Redacted(row.string(2)?),
            recipient: Redacted(row.string(3)?),
            content: Redacted(row.string(4)?),
            received_at: row.time(5)?,
        })
    })
}
