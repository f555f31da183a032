//! Filling the index in the background, in number order, one batch per transaction.
//!
//! A number is passed only when no smaller one can appear any more: SQLite has one writer; on PostgreSQL a number is safe
//! once the transactions that were inserting when it was read have ended ([`PendingBound`]). They are looked up, not
//! waited for, so that a long one delays the index and nobody else. One node fills at a time: it holds the job of the
//! entity. A row changed while it is being indexed is updated by its own transaction; one of the two transactions is
//! retried.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use parlor_model::Result;
use serde_json::{Value, json};

use crate::ngram::{NgramGranularity, index_terms};
use crate::repo::job::{self, ClaimedJob, JobKind};
use crate::sql::search as sql;
use crate::{SqlStatement, Tx, params};

/// Lease of the job of an entity: after a crash another node goes on when it has ended.
pub const INDEX_LEASE: Duration = Duration::from_secs(30);

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
    inserting: &'static SqlStatement,
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

    /// Returns the kind of its job.
    pub const fn job(self) -> JobKind {
        match self {
            Self::Message => JobKind::IndexMessages,
            Self::Conversation => JobKind::IndexConversations,
            Self::Member => JobKind::IndexMembers,
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
                inserting: &sql::INSERTING_MESSAGES,
                batch: &sql::BATCH_MESSAGES,
                add: &sql::ADD_MESSAGES,
            },
            Self::Conversation => IndexStatements {
                last: &sql::LAST_TITLE,
                inserting: &sql::INSERTING_TITLES,
                batch: &sql::BATCH_TITLES,
                add: &sql::ADD_TITLES,
            },
            Self::Member => IndexStatements {
                last: &sql::LAST_NAME,
                inserting: &sql::INSERTING_NAMES,
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
    Ok((last_number(tx, entity)? - last_indexed(tx, entity)?).max(0))
}

/// Greatest row number at some time. It can be indexed once the inserts that were in progress then have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingBound {
    /// Greatest number that was taken.
    pub number: i64,
    /// Transactions that were inserting.
    inserting: BTreeSet<String>,
}

impl PendingBound {
    /// Reads the greatest number, then the transactions that may still insert a smaller one.
    pub fn read(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<Self> {
        let number = last_number(tx, entity)?;
        Ok(Self {
            number,
            inserting: find_inserting(tx, entity)?,
        })
    }

    /// Removes the transactions that have ended and returns whether none is left.
    pub fn settle(&mut self, tx: &mut dyn Tx, entity: IndexedEntity) -> Result<bool> {
        if !self.inserting.is_empty() {
            let current = find_inserting(tx, entity)?;
            self.inserting.retain(|one| current.contains(one));
        }
        Ok(self.inserting.is_empty())
    }
}

fn find_inserting(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    tx.query(entity.statements().inserting, &[], &mut |row| {
        found.insert(row.string(0)?);
        Ok(())
    })?;
    Ok(found)
}

/// Outcome of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexBatchOutcome {
    /// The index is still behind the upper bound.
    Behind,
    /// The index has reached the upper bound.
    Done,
    /// The lease was lost: another node is filling the index.
    LeaseLost,
}

/// Indexes the rows of the next `numbers` numbers, up to `horizon`, and extends the lease of the job. On SQLite each row takes about 40 µs of the
/// writer's time, during which other writes wait.
pub fn index_batch(
    tx: &mut dyn Tx,
    entity: IndexedEntity,
    claimed: &ClaimedJob,
    horizon: i64,
    numbers: i64,
) -> Result<IndexBatchOutcome> {
    if !job::renew(tx, claimed, INDEX_LEASE)? {
        return Ok(IndexBatchOutcome::LeaseLost);
    }
    let from = last_indexed(tx, entity)?;
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

/// Returns the last indexed number.
pub fn last_indexed(tx: &mut dyn Tx, entity: IndexedEntity) -> Result<i64> {
    tx.query_one(&sql::POSITION, params![entity.as_str()], |row| row.int(0))?
        .ok_or_else(|| parlor_model::Error::internal("the search index has no position"))
}
