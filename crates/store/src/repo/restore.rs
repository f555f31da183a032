//! Conversations and messages that keep the ids and times they had elsewhere.

use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{Message, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Error, Result};

use super::import::RowTimestamps;
use super::{history, log, search};
use crate::sql::import as sql;
use crate::{Tx, params};

/// A conversation as a backup knows it; members and spaces are numbers.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct ImportedConversationRow<'a> {
    pub space: Option<i64>,
    pub title: Option<&'a str>,
    pub title_is_automatic: bool,
    pub description: Option<&'a str>,
    pub subject: Option<i64>,
    pub model: Option<&'a str>,
    pub responder: &'a str,
    pub metadata: &'a str,
}

/// Makes a conversation and gives its number. Its log's head is at 1: the caller writes that entry.
pub fn insert_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    id: ConversationId,
    old: &ImportedConversationRow<'_>,
    made: RowTimestamps,
) -> Result<i64> {
    tx.register_insert(ws)?;
    let number = tx.query_one(
        &sql::INSERT_CONVERSATION,
        params![
            ws,
            &id,
            old.space,
            old.title,
            old.description,
            old.subject,
            old.model,
            old.responder,
            old.metadata,
            made.created_at,
            made.updated_at,
        ],
        |row| row.int(0),
    )?;
    number.ok_or_else(|| Error::internal("conversation was not inserted"))
}

/// Writes over a conversation what a backup knows of it.
pub fn update_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    old: &ImportedConversationRow<'_>,
    made: RowTimestamps,
) -> Result<()> {
    search::reindex_title(tx, ws, number, old.title)?;
    tx.execute(
        &sql::UPDATE_CONVERSATION,
        params![
            ws,
            number,
            old.space,
            old.title,
            old.title_is_automatic,
            old.description,
            old.subject,
            old.model,
            old.responder,
            old.metadata,
            made.created_at,
            made.updated_at,
        ],
    )
    .map(drop)
}

/// A message as it is written.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct ImportedMessageRow<'a> {
    pub id: MessageId,
    pub author: Option<i64>,
    pub role: MessageRole,
    pub subtype: Option<&'a str>,
    pub text: &'a str,
    pub details: &'a MessageDetails,
    pub metadata: &'a str,
}

/// Writes a message at the end of a conversation's log, and gives its position.
pub fn insert_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: &ImportedMessageRow<'_>,
    made: RowTimestamps,
) -> Result<i64> {
    let details = message.details.to_text()?;
    let is_said = message.role.is_conversational();
    let seq = log::next_seq(tx, ws, conversation, made.created_at, is_said)?.seq;
    let number = tx.query_one(
        &sql::INSERT_MESSAGE,
        params![
            ws,
            &message.id,
            conversation,
            seq,
            message.author,
            message.role.as_str(),
            message.subtype,
            message.text,
            &details,
            message.metadata,
            made.created_at,
            made.updated_at,
        ],
        |row| row.int(0),
    )?;
    let number = number.ok_or_else(|| Error::internal("message was not inserted"))?;
    history::mark_if_backdated(tx, ws, conversation, number, seq, made.created_at)?;
    Ok(seq)
}

/// Whoever had read all before a position has read what is there too.
pub fn advance_caught_up_readers(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
) -> Result<()> {
    tx.execute(&sql::CATCH_UP, params![ws, conversation, seq])
        .map(drop)
}

/// Writes over a message what a backup knows of it.
pub fn update_message(tx: &mut dyn Tx, ws: i64, message: &Message) -> Result<()> {
    let (details, metadata) = (message.details.to_text()?, message.metadata.to_text());
    search::reindex_message(tx, ws, message.number, message.text.as_str())?;
    tx.execute(
        &sql::UPDATE_MESSAGE,
        params![
            ws,
            message.number,
            message.role.as_str(),
            &message.subtype,
            message.text.as_str(),
            &details,
            &metadata,
            message.created_at,
            message.updated_at,
        ],
    )
    .map(drop)
}

/// The number of the conversation that the message with an id is in, and whether it is still there.
pub fn locate_message(tx: &mut dyn Tx, ws: i64, id: MessageId) -> Result<Option<(i64, bool)>> {
    tx.query_one(&sql::MESSAGE_PLACE, params![ws, &id], |row| {
        Ok((row.int(0)?, row.bool(1)?))
    })
}
