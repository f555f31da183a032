//! Messages of a round of tool calls, which one transaction inserts together.
//!
//! Keeps INV-10, INV-19, INV-66 (`docs/invariants.md`).

use parlor_model::id::MessageId;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::{Error, Result, Timestamp};

use super::log;
use crate::sql::message as sql;
use crate::{Tx, params};

/// A message of a round.
#[derive(Debug, Clone, Copy)]
pub struct RoundMessage<'a> {
    /// Id.
    pub id: MessageId,
    /// Author's member number.
    pub author: Option<i64>,
    /// Role of the author.
    pub role: MessageRole,
    /// Subtype of the role.
    pub subtype: Option<&'a str>,
    /// Text.
    pub text: &'a str,
    /// Calls or results.
    pub details: &'a MessageDetails,
    /// Numbers of the mentioned members; those that do not participate are ignored.
    pub mentions: &'a [i64],
}

/// Number and position of an inserted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InsertedMessage {
    /// Row number.
    pub number: i64,
    /// `seq` in the conversation's log.
    pub seq: i64,
    /// Time.
    pub at: Timestamp,
}

/// Inserts a message at the end of a conversation's log, whose head the transaction has locked.
pub fn insert_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: &RoundMessage<'_>,
) -> Result<InsertedMessage> {
    let now = tx.next_stamp().at;
    let is_conversational = message.role.is_conversational();
    let taken = log::next_seq(tx, ws, conversation, now, is_conversational)?;
    let details = message.details.to_text()?;
    let inserted = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &message.id,
            conversation,
            taken.seq,
            message.author,
            message.role.as_str(),
            message.subtype,
            message.text,
            "{}",
            None::<&str>,
            taken.at,
            details.as_deref(),
        ],
        |row| row.int(0),
    )?;
    for member in message.mentions {
        tx.execute(&sql::MENTION, params![ws, conversation, *member, taken.seq])?;
    }
    Ok(InsertedMessage {
        number: inserted.ok_or_else(|| Error::internal("message was not inserted"))?,
        seq: taken.seq,
        at: taken.at,
    })
}
