//! Imported conversations and messages.

use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{Message, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Error, Result};

use super::RowTimestamps;
use crate::repo::{history, log, removal, search_index};
use crate::sql::import as sql;
use crate::{Tx, params};

/// Imported conversation; members and spaces are row numbers.
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

/// Inserts a conversation and returns its number. Its log head is at 1: the caller must write that entry.
pub fn insert_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    id: ConversationId,
    imported: &ImportedConversationRow<'_>,
    timestamps: RowTimestamps,
) -> Result<i64> {
    tx.register_insert(ws)?;
    let number = tx.query_one(
        &sql::INSERT_CONVERSATION,
        params![
            ws,
            &id,
            imported.space,
            imported.title,
            imported.description,
            imported.subject,
            imported.model,
            imported.responder,
            imported.metadata,
            timestamps.created_at,
            timestamps.updated_at,
        ],
        |row| row.int(0),
    )?;
    number.ok_or_else(|| Error::internal("conversation was not inserted"))
}

/// Overwrites the imported columns of a conversation.
pub fn update_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    imported: &ImportedConversationRow<'_>,
    timestamps: RowTimestamps,
) -> Result<()> {
    search_index::reindex_title(tx, ws, number, imported.title)?;
    tx.execute(
        &sql::UPDATE_CONVERSATION,
        params![
            ws,
            number,
            imported.space,
            imported.title,
            imported.title_is_automatic,
            imported.description,
            imported.subject,
            imported.model,
            imported.responder,
            imported.metadata,
            timestamps.created_at,
            timestamps.updated_at,
        ],
    )
    .map(drop)
}

/// Row of an imported message.
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

/// Appends a message to a conversation's log and returns its `seq`.
pub fn insert_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: &ImportedMessageRow<'_>,
    timestamps: RowTimestamps,
) -> Result<i64> {
    let details = message.details.to_text()?;
    let is_conversational = message.role.is_conversational();
    let seq = log::next_seq(
        tx,
        ws,
        conversation,
        timestamps.created_at,
        is_conversational,
    )?
    .seq;
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
            timestamps.created_at,
            timestamps.updated_at,
        ],
        |row| row.int(0),
    )?;
    let number = number.ok_or_else(|| Error::internal("message was not inserted"))?;
    history::mark_if_backdated(tx, ws, conversation, number, seq, timestamps.created_at)?;
    Ok(seq)
}

/// Moves the read marks of participants that had read everything before a `seq` to that `seq`.
pub fn advance_caught_up_readers(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    seq: i64,
) -> Result<()> {
    tx.execute(&sql::CATCH_UP, params![ws, conversation, seq])
        .map(drop)
}

/// Overwrites the imported columns of a message.
pub fn update_message(tx: &mut dyn Tx, ws: i64, message: &Message) -> Result<()> {
    let (details, metadata) = (message.details.to_text()?, message.metadata.to_text());
    search_index::reindex_message(tx, ws, message.number, message.text.as_str())?;
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

/// Finds the conversation number of the message with this id, and whether the message is not deleted. A message that a
/// deleted conversation has left is removed, so that its id is free.
pub fn locate_message(tx: &mut dyn Tx, ws: i64, id: MessageId) -> Result<Option<(i64, bool)>> {
    let found = tx.query_one(&sql::MESSAGE_PLACE, params![ws, &id], |row| {
        Ok(((row.int(0)?, row.bool(1)?), row.bool(2)?))
    })?;
    match found {
        Some((_, false)) => removal::release_message_id(tx, ws, &id).map(|_| None),
        found => Ok(found.map(|(location, _)| location)),
    }
}
