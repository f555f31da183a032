//! Ratings of messages.
//!
//! Keeps INV-16 (`docs/invariants.md`).

use parlor_model::Result;
use parlor_model::id::RatingId;
use parlor_model::rating::{MessageRating, Rating};

use super::member::read_opt_ref;
use super::param::to_json_array;
use crate::sql::rating as sql;
use crate::{Row, Tx, params};

/// Key of a rating.
#[derive(Debug, Clone, Copy)]
pub struct RatingKey {
    /// Conversation number.
    pub conversation: i64,
    /// Message number.
    pub message: i64,
    /// Reader's member number; `None` for an unbound key.
    pub member: Option<i64>,
}

/// Inserts or replaces one reader's rating, and refreshes the message's newest rating.
pub fn save(
    tx: &mut dyn Tx,
    ws: i64,
    key: RatingKey,
    rating: Rating,
    comment: Option<&str>,
) -> Result<()> {
    let stamp = tx.next_stamp();
    let id: RatingId = stamp.id();
    tx.execute(
        &sql::PUT,
        params![
            ws,
            &id,
            key.conversation,
            key.message,
            key.member,
            rating.as_str(),
            comment,
            stamp.at
        ],
    )?;
    refresh_newest(tx, ws, key.message)
}

/// Deletes one reader's rating, if it exists, and refreshes the message's newest rating.
pub fn delete(tx: &mut dyn Tx, ws: i64, key: RatingKey) -> Result<()> {
    tx.execute(
        &sql::DELETE,
        params![ws, key.conversation, key.message, key.member],
    )?;
    refresh_newest(tx, ws, key.message)
}

/// Returns ratings of messages, by message and then oldest first: the reader's own and the newest of others, at most
/// `limit` per message.
pub fn list(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    messages: &[i64],
    reader: Option<i64>,
    limit: i64,
) -> Result<Vec<MessageRating>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    tx.query_all(
        &sql::LIST,
        params![ws, conversation, &to_json_array(messages), reader, limit],
        from_row,
    )
}

/// Returns one rating per message for a reader: its own, otherwise the newest of all if `sees_all`, otherwise the
/// newest by unbound keys.
pub fn list_visible(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    messages: &[i64],
    reader: Option<i64>,
    sees_all: bool,
) -> Result<Vec<MessageRating>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    tx.query_all(
        &sql::SHOWN,
        params![ws, conversation, &to_json_array(messages), reader, sees_all],
        from_row,
    )
}

/// Deletes the ratings of a message.
pub(super) fn delete_for_message(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    message: i64,
) -> Result<()> {
    tx.execute(&sql::DELETE_OF_MESSAGE, params![ws, conversation, message])
        .map(drop)
}

/// Deletes the ratings of a member and refreshes the newest ratings of their messages.
pub(super) fn delete_for_member(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<()> {
    let messages = tx.query_all(&sql::MESSAGES_OF_MEMBER, params![ws, member], |row| {
        row.int(0)
    })?;
    tx.execute(&sql::DELETE_OF_MEMBER, params![ws, member])?;
    for message in messages {
        refresh_newest(tx, ws, message)?;
    }
    Ok(())
}

fn refresh_newest(tx: &mut dyn Tx, ws: i64, message: i64) -> Result<()> {
    tx.execute(&sql::REPEAT_NEWEST, params![ws, message])
        .map(drop)
}

fn from_row(row: &dyn Row) -> Result<MessageRating> {
    Ok(MessageRating {
        id: row.id(0)?,
        message: row.int(1)?,
        rating: row.enum_value(2, Rating::from_name)?,
        comment: row.opt_string(3)?.map(Into::into),
        rated_at: row.time(4)?,
        member: read_opt_ref(row, 5)?,
    })
}
