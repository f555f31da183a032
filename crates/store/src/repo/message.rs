//! Messages. Appending them is [`crate::Store::append`].

use parlor_model::id::MessageId;
use parlor_model::log::Item;
use parlor_model::message::{Message, MessageCounts, MessageWalk, Role};
use parlor_model::page::Order;
use parlor_model::{Metadata, Result, Timestamp};

use super::member::read_opt_ref;
use super::search;
use crate::sql::message as sql;
use crate::{Row, Tx, params};

/// One message of a conversation.
pub fn find(tx: &mut dyn Tx, ws: i64, conversation: i64, id: MessageId) -> Result<Option<Message>> {
    tx.one(&sql::BY_ID, params![ws, conversation, &id], read)
}

/// Messages between two positions.
pub fn walk(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    walk: &MessageWalk,
) -> Result<Vec<Message>> {
    let statement = match walk.order {
        Order::Ascending => &sql::WALK_ASC,
        Order::Descending => &sql::WALK_DESC,
    };
    let bounds = params![
        ws,
        conversation,
        walk.after_seq,
        walk.before_seq,
        walk.said_only,
        walk.limit,
        walk.offset
    ];
    tx.all(statement, bounds, read)
}

/// Messages and what deleted ones left, strictly after a position.
pub fn log(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Item>> {
    tx.all(
        &sql::LOG,
        params![ws, conversation, after, limit],
        |row| match row.opt_text(6)? {
            Some(_) => Ok(Item::Message(Box::new(read(row)?))),
            None => Ok(Item::Empty { seq: row.int(3)? }),
        },
    )
}

/// How many messages people and assistants have said, and how many there are of all roles.
pub fn counts(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<(MessageCounts, i64)> {
    let rows = tx.all(&sql::COUNTS, params![ws, conversation], |row| {
        Ok((row.word(0, Role::parse)?, row.int(1)?))
    })?;
    let of = |role| {
        rows.iter()
            .find(|(have, _)| *have == role)
            .map_or(0, |(_, count)| *count)
    };
    let counts = MessageCounts {
        user: of(Role::User),
        assistant: of(Role::Assistant),
    };
    Ok((counts, rows.iter().map(|(_, count)| count).sum()))
}

/// What others said after a position.
pub fn unread(tx: &mut dyn Tx, ws: i64, conversation: i64, after: i64, reader: i64) -> Result<i64> {
    tx.count(&sql::UNREAD, params![ws, conversation, after, reader])
}

/// Writes what an edit changed.
pub fn update(tx: &mut dyn Tx, ws: i64, message: &Message) -> Result<Timestamp> {
    search::reword(tx, ws, message.number, message.text.as_str())?;
    let at = tx.stamp().at;
    let metadata = message.metadata.to_text();
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            message.number,
            message.text.as_str(),
            &message.form,
            &metadata,
            at
        ],
    )?;
    Ok(at)
}

/// Leaves an empty entry, and corrects the conversation's newest-message time.
pub fn erase(tx: &mut dyn Tx, ws: i64, conversation: i64, number: i64) -> Result<()> {
    let at = tx.stamp().at;
    tx.execute(&sql::ERASE, params![ws, number, at])?;
    search::erase(tx, ws, number)?;
    let newest = tx.one(&sql::RECENT, params![ws, conversation], |row| row.time(0))?;
    tx.execute(&sql::SET_LAST_MESSAGE, params![ws, conversation, newest])
        .map(drop)
}

pub(super) fn read(row: &dyn Row) -> Result<Message> {
    Ok(Message {
        number: row.int(0)?,
        id: row.id(1)?,
        conversation: row.id(2)?,
        seq: row.int(3)?,
        role: row.word(4, Role::parse)?,
        form: row.opt_string(5)?,
        text: row.string(6)?.into(),
        metadata: Metadata::from_text(row.text(7)?),
        client_id: row.opt_string(8)?,
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
        author: read_opt_ref(row, 11)?,
    })
}
