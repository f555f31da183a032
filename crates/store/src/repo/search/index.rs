//! Filling the index beside the write path, in number order, a batch per transaction.
//!
//! A position is only passed when no smaller number can appear any more. The embedded database has one writer; on
//! PostgreSQL inserts under way are waited for ([`horizon`]). Of several nodes one adds at a time; a row that is changed
//! while it is being added has been put by its own transaction, and one of the two is run again.

use std::ops::ControlFlow;

use parlor_model::Result;
use serde_json::{Value, json};

use crate::grams::{Fineness, of_text};
use crate::sql::search as sql;
use crate::{Stmt, Tx, params};

/// Bytes of text after which a batch is full earlier.
const BYTES: usize = 128 * 1024;

/// What has an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// What messages say.
    Message,
    /// What conversations are called.
    Conversation,
    /// What members are called.
    Member,
}

struct Statements {
    last: &'static Stmt,
    settle: &'static Stmt,
    batch: &'static Stmt,
    add: &'static Stmt,
}

impl Noun {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Message, Self::Conversation, Self::Member];

    /// As the database and the metrics call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Conversation => "conversation",
            Self::Member => "member",
        }
    }

    const fn fineness(self) -> Fineness {
        match self {
            Self::Message => Fineness::Coarse,
            Self::Conversation | Self::Member => Fineness::Fine,
        }
    }

    const fn statements(self) -> Statements {
        match self {
            Self::Message => Statements {
                last: &sql::LAST_MESSAGE,
                settle: &sql::SETTLE_MESSAGES,
                batch: &sql::BATCH_MESSAGES,
                add: &sql::ADD_MESSAGES,
            },
            Self::Conversation => Statements {
                last: &sql::LAST_TITLE,
                settle: &sql::SETTLE_TITLES,
                batch: &sql::BATCH_TITLES,
                add: &sql::ADD_TITLES,
            },
            Self::Member => Statements {
                last: &sql::LAST_NAME,
                settle: &sql::SETTLE_NAMES,
                batch: &sql::BATCH_NAMES,
                add: &sql::ADD_NAMES,
            },
        }
    }
}

/// The greatest number there is.
pub fn newest(tx: &mut dyn Tx, noun: Noun) -> Result<i64> {
    tx.count(noun.statements().last, &[])
}

/// How many numbers the index has not come to yet; some of them may have no row.
pub fn waiting(tx: &mut dyn Tx, noun: Noun) -> Result<i64> {
    Ok((newest(tx, noun)? - position(tx, noun)?).max(0))
}

/// Waits for inserts under way, and gives a number up to which nothing can appear any more. Fails soon where they take
/// long. Needs a transaction of its own.
pub fn horizon(tx: &mut dyn Tx, noun: Noun) -> Result<i64> {
    tx.query(&sql::HASTEN, &[], &mut |_| Ok(()))?;
    tx.query(noun.statements().settle, &[], &mut |_| Ok(()))?;
    newest(tx, noun)
}

/// What a batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// The index is behind the horizon still.
    Behind,
    /// It has come to the horizon.
    Done,
    /// Another node is at it.
    Elsewhere,
}

/// Adds the rows of the next so many numbers, up to a horizon. On the embedded database each takes some 40 microseconds
/// of the writer's time, and who writes meanwhile waits for all of them.
pub fn batch(tx: &mut dyn Tx, noun: Noun, horizon: i64, numbers: i64) -> Result<Batch> {
    if tx.one(&sql::CLAIM, &[], |row| row.bool(0))? != Some(true) {
        return Ok(Batch::Elsewhere);
    }
    let from = position(tx, noun)?;
    if from >= horizon {
        return Ok(Batch::Done);
    }
    let statements = noun.statements();
    let until = horizon.min(from + numbers);
    let (mut bytes, mut entries, mut come) = (0, Vec::new(), None);
    tx.query_until(
        statements.batch,
        params![from, until, numbers],
        &mut |row| {
            let (ws, number, text) = (row.int(0)?, row.int(1)?, row.text(3)?);
            bytes += text.len();
            let grams = of_text(ws, row.opt_int(2)?, text, noun.fineness());
            entries.push(json!({ "ws": ws, "number": number, "grams": grams }));
            come = Some(number);
            Ok(match bytes >= BYTES {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        },
    )?;
    if !entries.is_empty() {
        let entries = Value::Array(entries).to_string();
        tx.execute(statements.add, params![&entries])?;
    }
    let come = come.filter(|_| bytes >= BYTES).unwrap_or(until);
    tx.execute(&sql::MOVE, params![noun.word(), come])?;
    Ok(if come < horizon {
        Batch::Behind
    } else {
        Batch::Done
    })
}

fn position(tx: &mut dyn Tx, noun: Noun) -> Result<i64> {
    tx.one(&sql::POSITION, params![noun.word()], |row| row.int(0))?
        .ok_or_else(|| parlor_model::Error::internal("the search index has no position"))
}
