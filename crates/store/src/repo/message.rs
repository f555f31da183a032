//! Messages. They are appended by [`crate::Store::append`].

use parlor_model::id::MessageId;
use parlor_model::keyset::SortOrder;
use parlor_model::log::LogItem;
use parlor_model::message::{Message, MessageCounts, MessageKey, MessageQuery, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::rating::Rating;
use parlor_model::{Metadata, Result, Timestamp};

use super::bounded_rows::{BoundedRows, to_count};
use super::member::read_opt_ref;
use super::{file, rating, remote_file, search_index};
use crate::sql::message as sql;
use crate::{Row, Tx, params};

/// Finds a message of a conversation.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    key: MessageKey,
) -> Result<Option<Message>> {
    match key {
        MessageKey::Id(id) => tx.query_one(&sql::BY_ID, params![ws, conversation, &id], from_row),
        MessageKey::Number(number) => {
            tx.query_one(&sql::BY_NUMBER, params![ws, conversation, number], from_row)
        }
    }
}

/// Messages before the head in which [`find_last_of_author`] looks.
const RECENT_ENTRIES: i64 = 200;

/// Finds the time of a member's newest message among the last entries of a conversation, whose head is `last_seq`.
pub fn find_last_of_author(
    tx: &mut dyn Tx,
    ws: i64,
    (conversation, author): (i64, i64),
    last_seq: i64,
) -> Result<Option<Timestamp>> {
    let params = params![ws, conversation, last_seq - RECENT_ENTRIES, author];
    tx.query_one(&sql::LAST_OF_AUTHOR, params, |row| row.time(0))
}

/// Conversation and author of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageLocation {
    /// Conversation number.
    pub conversation: i64,
    /// Author's member number.
    pub author: Option<i64>,
    /// It is deleted.
    pub deleted: bool,
}

/// Locates a message by number, deleted or not.
pub fn locate(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<MessageLocation>> {
    tx.query_one(&sql::LOCATE, params![ws, number], |row| {
        Ok(MessageLocation {
            conversation: row.int(0)?,
            author: row.opt_int(1)?,
            deleted: row.opt_time(2)?.is_some(),
        })
    })
}

/// Finds the conversation number of a message by its id, deleted or not.
pub fn conversation_of_id(tx: &mut dyn Tx, ws: i64, id: MessageId) -> Result<Option<i64>> {
    let found = tx.query_one(&sql::PLACE, params![ws, &id], |row| {
        Ok((row.int(4)?, row.bool(5)?))
    })?;
    Ok(found
        .filter(|(_, exists)| *exists)
        .map(|(number, _)| number))
}

/// Finds the text of the first user message of a conversation.
pub fn first_user_text(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<String>> {
    tx.query_one(&sql::FIRST_WORDS, params![ws, conversation], |row| {
        row.string(0)
    })
}

/// Returns messages between two `seq`s; ends with the row that reaches the query's byte limit.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    query: &MessageQuery,
) -> Result<BoundedRows<Message>> {
    let statement = match query.order {
        SortOrder::Ascending => &sql::WALK_ASC,
        SortOrder::Descending => &sql::WALK_DESC,
    };
    let bounds = params![
        ws,
        conversation,
        query.after_seq,
        query.before_seq,
        query.conversational_only,
        query.limit,
        query.offset,
        query.max_bytes
    ];
    let mut out = BoundedRows::new(query.max_bytes);
    tx.query_until(statement, bounds, &mut |row| {
        Ok(out.push(row_bytes(row)?, from_row(row)?))
    })?;
    Ok(out)
}

/// Finds the `seq` of the oldest of the newest `count` matching messages; `None` if there are fewer.
pub fn start_of_newest(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    query: &MessageQuery,
    count: i64,
) -> Result<Option<i64>> {
    tx.query_one(
        &sql::WALK_START,
        params![
            ws,
            conversation,
            query.after_seq,
            query.before_seq,
            query.conversational_only,
            count - 1
        ],
        |row| row.int(0),
    )
}

/// Returns the bytes of a message's texts.
fn row_bytes(row: &dyn Row) -> Result<i64> {
    let text = row.opt_text(6)?.map_or(0, str::len);
    let details = row.opt_text(17)?.map_or(0, str::len);
    let comment = row.opt_text(19)?.map_or(0, str::len);
    Ok(to_count(text + row.text(7)?.len() + details + comment))
}

/// Returns messages and tombstones strictly after a `seq` and up to another; ends with the row that reaches
/// `max_bytes`.
pub(super) fn log_rows_after(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    up_to: i64,
    limit: i64,
    max_bytes: i64,
) -> Result<BoundedRows<LogItem>> {
    let mut out = BoundedRows::new(max_bytes);
    let params = params![ws, conversation, after, up_to, limit, max_bytes];
    tx.query_until(&sql::LOG, params, &mut |row| {
        let item = match row.opt_text(6)? {
            Some(_) => LogItem::Message(Box::new(from_row(row)?)),
            None => LogItem::Tombstone {
                seq: row.int(3)?,
                at: row.time(9)?,
            },
        };
        Ok(out.push(row_bytes(row)?, item))
    })?;
    Ok(out)
}

/// Returns `seq`s and times of messages strictly after a `seq` and up to another, deleted or not.
pub(super) fn times_after(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<(i64, Timestamp)>> {
    tx.query_all(
        &sql::LOG_HEADS,
        params![ws, conversation, after, up_to, limit],
        |row| Ok((row.int(0)?, row.time(1)?)),
    )
}

/// Returns the numbers of user and assistant messages, and the number of messages of all roles.
pub fn count_by_role(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<(MessageCounts, i64)> {
    let found = tx.query_one(&sql::COUNTS, params![ws, conversation], |row| {
        let (all, conversational, assistant) = (row.int(0)?, row.int(1)?, row.int(2)?);
        let counts = MessageCounts {
            user: conversational - assistant,
            assistant,
        };
        Ok((counts, all))
    })?;
    Ok(found.unwrap_or_default())
}

/// Returns the number of messages of a conversation: all, or only conversational ones. Takes constant time.
pub fn count(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    conversational_only: bool,
) -> Result<i64> {
    tx.query_count(&sql::TOTAL, params![ws, conversation, conversational_only])
}

/// Returns the number of messages of others after a `seq`.
pub fn count_unread(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    reader: i64,
) -> Result<i64> {
    tx.query_count(&sql::UNREAD, params![ws, conversation, after, reader])
}

/// Returns messages after a `seq` whose details may contain a text, including false positives; ends with the row that
/// reaches `max_bytes`.
pub fn scan_details(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    text: &str,
    (after, limit, max_bytes): (i64, i64, i64),
) -> Result<BoundedRows<Message>> {
    // The text as escaped in JSON, without the quotes.
    let json = serde_json::Value::from(text).to_string();
    let mut pattern = String::from("%");
    for character in json[1..json.len() - 1].chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    let mut out = BoundedRows::new(max_bytes);
    let params = params![ws, conversation, &pattern, after, limit, max_bytes];
    tx.query_until(&sql::WITH_DETAILS, params, &mut |row| {
        Ok(out.push(row_bytes(row)?, from_row(row)?))
    })?;
    Ok(out)
}

/// Writes the columns that an edit changes; returns the time.
pub fn update(tx: &mut dyn Tx, ws: i64, message: &Message) -> Result<Timestamp> {
    search_index::reindex_message(tx, ws, message.number, message.text.as_str())?;
    let at = tx.next_stamp().at;
    let metadata = message.metadata.to_text();
    let details = message.details.to_text()?;
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            message.number,
            message.text.as_str(),
            &message.subtype,
            &metadata,
            at,
            &details
        ],
    )?;
    Ok(at)
}

/// Replaces the details of a message, which is no edit of it.
pub fn set_details(tx: &mut dyn Tx, ws: i64, number: i64, details: &MessageDetails) -> Result<()> {
    let details = details.to_text()?;
    tx.execute(&sql::SET_DETAILS, params![ws, number, &details])
        .map(drop)
}

/// Clears a message to a tombstone without mentions and ratings, and refreshes the conversation's newest message.
pub fn clear(tx: &mut dyn Tx, ws: i64, conversation: i64, message: &Message) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::ERASE, params![ws, message.number, at])?;
    search_index::unindex_message(tx, ws, message.number)?;
    rating::delete_for_message(tx, ws, conversation, message.number)?;
    remote_file::delete_of_message(tx, ws, message.id)?;
    file::delete_of_message(tx, ws, message.id)?;
    tx.execute(&sql::UNMENTION, params![ws, conversation, message.seq])?;
    refresh_last_message(tx, ws, conversation)
}

/// Changes the role of a message, which may change what counts as conversational.
pub fn set_role(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    number: i64,
    role: MessageRole,
) -> Result<()> {
    tx.execute(&sql::SET_ROLE, params![ws, number, role.as_str()])?;
    refresh_last_message(tx, ws, conversation)
}

/// Recomputes the conversation's newest-message columns.
pub fn refresh_last_message(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
    let newest = tx.query_one(&sql::RECENT, params![ws, conversation], |row| {
        Ok((row.time(0)?, row.int(1)?))
    })?;
    let (at, seq) = newest.unzip();
    tx.execute(&sql::SET_LAST_MESSAGE, params![ws, conversation, at, seq])
        .map(drop)
}

pub(super) fn from_row(row: &dyn Row) -> Result<Message> {
    Ok(Message {
        number: row.int(0)?,
        id: row.id(1)?,
        conversation: row.id(2)?,
        seq: row.int(3)?,
        role: row.enum_value(4, MessageRole::from_name)?,
        subtype: row.opt_string(5)?,
        text: row.string(6)?.into(),
        metadata: Metadata::from_text(row.text(7)?),
        client_id: row.opt_string(8)?,
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
        author: read_opt_ref(row, 11)?,
        details: MessageDetails::from_text(row.opt_text(17)?),
        rating: row.opt_enum_value(18, Rating::from_name)?,
        rating_comment: row.opt_string(19)?.map(Into::into),
    })
}
