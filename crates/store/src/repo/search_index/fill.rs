//! Filling the index in the background, in number order, one batch per transaction.
//!
//! A number is passed only when no smaller one can appear any more: SQLite has one writer; on PostgreSQL in-flight
//! inserts are waited for ([`safe_upper_bound`]). Only one node fills at a time. A row changed while it is being
//! indexed is updated by its own transaction; one of the two transactions is retried.

use std::ops::ControlFlow;

use parlor_model::Result;
use serde_json::{Value, json};

use crate::ngram::{NgramGranularity, index_terms};
use crate::sql::search as sql;
use crate::{SqlStatement, Tx, params};

/// Byte limit of a batch.
const MAX_BATCH_BYTES: usize = 128 * 1024;

/// Indexed entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexedEntity {
    /// Message texts.
    Message,
    /// Conversation titles.
    Conversation,
    /// Member names.
    Member,
}

struct IndexStatements {
    last: &'static SqlStatement,
    settle: &'static SqlStatement,
    batch: &'static SqlStatement,
    add: &'static SqlStatement,
}

impl IndexedEntity {
    /// All indexed entities.
    pub const ALL: [Self; 3] = [Self::Message, Self::Conversation, Self::Member];

    /// Returns the name used in the database and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Conversation => "conversation",
            Self::Member => "member",
        }
    }

    const fn granularity(self) -> NgramGranularity {
        match self {
            Self::Message => NgramGranularity::Coarse,
            Self::Conversation | Self::Member => NgramGranularity::Fine,
        }
    }

    const fn statements(self) -> IndexStatements {
        match self {
            Self::Message => IndexStatements {
                last: &sql::LAST_MESSAGE,
                settle: &sql::SETTLE_MESSAGES,
                batch: &sql::BATCH_MESSAGES,
                add: &sql::ADD_MESSAGES,
            },
            Self::Conversation => IndexStatements {
                last: &sql::LAST_TITLE,
                settle: &sql::SETTLE_TITLES,
                batch: &sql::BATCH_TITLES,
                add: &sql::ADD_TITLES,
            },
            Self::Member => IndexStatements {
                last: &sql::LAST_NAME,
                settle: &sql::SETTLE_NAMES,
                batch: &sql::BATCH_NAMES,
                add: &sql::ADD_NAMES,
            },
        }
    }
}

/// Returns the greatest row number.
pub fn last_number(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<i64> {
    tx.query_count(entity.statements().last, &[])
}

/// Returns how many numbers are not yet indexed; some of them may have no row.
pub fn backlog(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<i64> {
    Ok((last_number(tx, entity)? - find_position(tx, entity)?).max(0))
}

/// Waits for in-flight inserts and returns a number up to which no row can appear any more. Fails early if they take
/// long. Needs a transaction of its own.
pub fn safe_upper_bound(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<i64> {
    tx.query(&sql::HASTEN, &[], &mut |_| Ok(()))?;
    tx.query(entity.statements().settle, &[], &mut |_| Ok(()))?;
    last_number(tx, entity)
}

/// Outcome of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexBatchOutcome {
    /// The index is still behind the upper bound.
    Behind,
    /// The index has reached the upper bound.
    Done,
    /// Another node is filling the index.
    Elsewhere,
}

/// Indexes the rows of the next `numbers` numbers, up to `horizon`. On SQLite each row takes about 40 µs of the
/// writer's time, during which other writes wait.
pub fn index_batch(
    tx: &mut dyn Tx,
    entity: IndexedEntity,
    horizon: i64,
    numbers: i64,
) -> Result<IndexBatchOutcome> {
    if tx.query_one(&sql::CLAIM, &[], |row| row.bool(0))? != Some(true) {
        return Ok(IndexBatchOutcome::Elsewhere);
    }
    let from = find_position(tx, entity)?;
    if from >= horizon {
        return Ok(IndexBatchOutcome::Done);
    }
    let statements = entity.statements();
    let until = horizon.min(from + numbers);
    let (mut bytes, mut entries, mut indexed_up_to) = (0, Vec::new(), None);
    tx.query_until(
        statements.batch,
        params![from, until, numbers],
        &mut |row| {
            let (ws, number, text) = (row.int(0)?, row.int(1)?, row.text(3)?);
            bytes += text.len();
            let terms = index_terms(ws, row.opt_int(2)?, text, entity.granularity());
            entries.push(json!({ "ws": ws, "number": number, "grams": terms }));
            indexed_up_to = Some(number);
            Ok(match bytes >= MAX_BATCH_BYTES {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        },
    )?;
    if !entries.is_empty() {
        let entries = Value::Array(entries).to_string();
        tx.execute(statements.add, params![&entries])?;
    }
    let indexed_up_to = indexed_up_to
        .filter(|_| bytes >= MAX_BATCH_BYTES)
        .unwrap_or(until);
    tx.execute(&sql::MOVE, params![entity.as_str(), indexed_up_to])?;
    Ok(if indexed_up_to < horizon {
        IndexBatchOutcome::Behind
    } else {
        IndexBatchOutcome::Done
    })
}

fn find_position(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<i64> {
    tx.query_one(&sql::POSITION, params![entity.as_str()], |row| row.int(0))?
        .ok_or_else(|| parlor_model::Error::internal("the search index has no position"))
}
