//! Messages. Appending them is [`crate::Store::append`].

use parlor_model::details::Details;
use parlor_model::id::MessageId;
use parlor_model::log::Item;
use parlor_model::message::{Message, MessageCounts, MessageKey, MessageWalk, Role};
use parlor_model::page::Order;
use parlor_model::rating::Rating;
use parlor_model::{Metadata, Result, Timestamp};

use super::bounded::{Bounded, to_count};
use super::member::read_opt_ref;
use super::{rating, search};
use crate::sql::message as sql;
use crate::{Row, Tx, params};

/// One message of a conversation.
pub fn find(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    key: MessageKey,
) -> Result<Option<Message>> {
    match key {
        MessageKey::Id(id) => tx.one(&sql::BY_ID, params![ws, conversation, &id], read),
        MessageKey::Number(number) => {
            tx.one(&sql::BY_NUMBER, params![ws, conversation, number], read)
        }
    }
}

/// The number of the conversation a message is in.
pub fn conversation_of(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<i64>> {
    tx.one(&sql::CONVERSATION_OF, params![ws, number], |row| row.int(0))
}

/// Where a message is, and whose it is or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// The conversation's number.
    pub conversation: i64,
    /// The author's member number.
    pub author: Option<i64>,
    /// It is gone.
    pub deleted: bool,
}

/// Where the message of a number is, deleted or not.
pub fn locate(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<Located>> {
    tx.one(&sql::LOCATE, params![ws, number], |row| {
        Ok(Located {
            conversation: row.int(0)?,
            author: row.opt_int(1)?,
            deleted: row.opt_time(2)?.is_some(),
        })
    })
}

/// The number of the conversation that has a message with this id, be it deleted.
pub fn home(tx: &mut dyn Tx, ws: i64, id: MessageId) -> Result<Option<i64>> {
    tx.one(&sql::PLACE, params![ws, &id], |row| row.int(4))
}

/// The first words of a person's in a conversation.
pub fn first_words(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<String>> {
    tx.one(&sql::FIRST_WORDS, params![ws, conversation], |row| {
        row.string(0)
    })
}

/// Messages between two positions, at most as many as the walk's bytes allow: with the row that reaches them it ends.
pub fn walk(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    walk: &MessageWalk,
) -> Result<Bounded<Message>> {
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
        walk.offset,
        walk.max_bytes
    ];
    let mut out = Bounded::new(walk.max_bytes);
    tx.query_until(statement, bounds, &mut |row| {
        Ok(out.push(bytes(row)?, read(row)?))
    })?;
    Ok(out)
}

/// The position of the oldest of the newest `count` messages that a walk is about, or none where there are fewer.
pub fn start_of_newest(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    walk: &MessageWalk,
    count: i64,
) -> Result<Option<i64>> {
    tx.one(
        &sql::WALK_START,
        params![
            ws,
            conversation,
            walk.after_seq,
            walk.before_seq,
            walk.said_only,
            count - 1
        ],
        |row| row.int(0),
    )
}

/// Bytes of a message's texts.
fn bytes(row: &dyn Row) -> Result<i64> {
    let text = row.opt_text(6)?.map_or(0, str::len);
    let details = row.opt_text(17)?.map_or(0, str::len);
    let comment = row.opt_text(19)?.map_or(0, str::len);
    Ok(to_count(text + row.text(7)?.len() + details + comment))
}

/// Messages and what deleted ones left, strictly after a position and up to another; it ends with the row that reaches `max_bytes`.
pub fn log(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    up_to: i64,
    limit: i64,
    max_bytes: i64,
) -> Result<Bounded<Item>> {
    let mut out = Bounded::new(max_bytes);
    let params = params![ws, conversation, after, up_to, limit, max_bytes];
    tx.query_until(&sql::LOG, params, &mut |row| {
        let item = match row.opt_text(6)? {
            Some(_) => Item::Message(Box::new(read(row)?)),
            None => Item::Empty {
                seq: row.int(3)?,
                at: row.time(9)?,
            },
        };
        Ok(out.push(bytes(row)?, item))
    })?;
    Ok(out)
}

/// Positions and times of the messages strictly after a position and up to another, deleted or not.
pub fn heads(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<(i64, Timestamp)>> {
    tx.all(
        &sql::LOG_HEADS,
        params![ws, conversation, after, up_to, limit],
        |row| Ok((row.int(0)?, row.time(1)?)),
    )
}

/// How many messages people and assistants have said, and how many there are of all roles.
pub fn counts(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<(MessageCounts, i64)> {
    let found = tx.one(&sql::COUNTS, params![ws, conversation], |row| {
        let (all, said, assistant) = (row.int(0)?, row.int(1)?, row.int(2)?);
        let counts = MessageCounts {
            user: said - assistant,
            assistant,
        };
        Ok((counts, all))
    })?;
    Ok(found.unwrap_or_default())
}

/// How many messages a conversation has: all, or only what people and assistants said. Costs the same however many
/// there are.
pub fn total(tx: &mut dyn Tx, ws: i64, conversation: i64, said_only: bool) -> Result<i64> {
    tx.count(&sql::TOTAL, params![ws, conversation, said_only])
}

/// What others said after a position.
pub fn unread(tx: &mut dyn Tx, ws: i64, conversation: i64, after: i64, reader: i64) -> Result<i64> {
    tx.count(&sql::UNREAD, params![ws, conversation, after, reader])
}

/// Messages of a conversation behind a position whose details may hold a text: some that do not may be among them. It
/// ends with the row that reaches `max_bytes`.
pub fn with_details(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    text: &str,
    (after, limit, max_bytes): (i64, i64, i64),
) -> Result<Bounded<Message>> {
    // As it stands in JSON, without the quotes.
    let json = serde_json::Value::from(text).to_string();
    let mut pattern = String::from("%");
    for letter in json[1..json.len() - 1].chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    let mut out = Bounded::new(max_bytes);
    let params = params![ws, conversation, &pattern, after, limit, max_bytes];
    tx.query_until(&sql::WITH_DETAILS, params, &mut |row| {
        Ok(out.push(bytes(row)?, read(row)?))
    })?;
    Ok(out)
}

/// Writes what an edit changed.
pub fn update(tx: &mut dyn Tx, ws: i64, message: &Message) -> Result<Timestamp> {
    search::reword(tx, ws, message.number, message.text.as_str())?;
    let at = tx.stamp().at;
    let metadata = message.metadata.to_text();
    let details = message.details.to_text()?;
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            message.number,
            message.text.as_str(),
            &message.form,
            &metadata,
            at,
            &details
        ],
    )?;
    Ok(at)
}

/// Leaves an empty entry that mentions nobody, and corrects what the conversation knows of its newest message.
pub fn erase(tx: &mut dyn Tx, ws: i64, conversation: i64, message: &Message) -> Result<()> {
    let at = tx.stamp().at;
    tx.execute(&sql::ERASE, params![ws, message.number, at])?;
    search::erase(tx, ws, message.number)?;
    rating::delete_of_message(tx, ws, conversation, message.number)?;
    tx.execute(&sql::UNMENTION, params![ws, conversation, message.seq])?;
    correct_newest(tx, ws, conversation)
}

/// Somebody else speaks, which may change what counts as said.
pub fn set_role(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    number: i64,
    role: Role,
) -> Result<()> {
    tx.execute(&sql::SET_ROLE, params![ws, number, role.word()])?;
    correct_newest(tx, ws, conversation)
}

/// Corrects what a conversation knows of its newest message.
pub fn correct_newest(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<()> {
    let newest = tx.one(&sql::RECENT, params![ws, conversation], |row| {
        Ok((row.time(0)?, row.int(1)?))
    })?;
    let (at, seq) = newest.unzip();
    tx.execute(&sql::SET_LAST_MESSAGE, params![ws, conversation, at, seq])
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
        details: Details::from_text(row.opt_text(17)?),
        rating: row.opt_word(18, Rating::parse)?,
        rating_comment: row.opt_string(19)?.map(Into::into),
    })
}
