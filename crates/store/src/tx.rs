//! The interface between repositories and a database: statements, rows and transactions.
//!
//! Keeps INV-2, INV-3 (`docs/invariants.md`).

use std::ops::ControlFlow;

use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Id, Result, Timestamp};
use uuid::Uuid;

use crate::{SqlStatement, Stamp};

/// Statement parameter.
#[derive(Debug, Clone, Copy)]
pub enum SqlValue<'a> {
    /// SQL null.
    Null,
    /// `boolean`.
    Bool(bool),
    /// `bigint`; also instants, in microseconds.
    Int(i64),
    /// `text`; must not contain U+0000, which PostgreSQL cannot store.
    Text(&'a str),
    /// `bytea`/`blob`.
    Bytes(&'a [u8]),
    /// `uuid`/16-byte `blob`.
    Id(&'a [u8; 16]),
}

impl SqlValue<'_> {
    /// Refuses text with U+0000, which PostgreSQL cannot store, on both databases.
    pub(crate) fn validate(&self) -> Result<()> {
        match self {
            Self::Text(text) if text.contains('\0') => {
                Err(Error::invalid("text", "must not contain U+0000"))
            }
            _ => Ok(()),
        }
    }
}

/// Result row; columns are numbered from 0 and borrowed from the database's buffer.
pub trait Row {
    /// A `bigint`.
    fn opt_int(&self, column: usize) -> Result<Option<i64>>;
    /// A `text`.
    fn opt_text(&self, column: usize) -> Result<Option<&str>>;
    /// A `bytea`/`blob`.
    fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>>;
    /// A `uuid`/16-byte `blob`.
    fn opt_uuid(&self, column: usize) -> Result<Option<Uuid>>;
    /// A `boolean`.
    fn opt_bool(&self, column: usize) -> Result<Option<bool>>;
}

fn require_value<T>(value: Option<T>, column: usize) -> Result<T> {
    value.ok_or_else(|| Error::internal(format_args!("column {column} is null")))
}

/// Accessors for non-null columns and for derived types.
impl dyn Row + '_ {
    /// Returns a non-null `bigint`.
    pub fn int(&self, column: usize) -> Result<i64> {
        require_value(self.opt_int(column)?, column)
    }
    /// Returns a non-null `text`.
    pub fn text(&self, column: usize) -> Result<&str> {
        require_value(self.opt_text(column)?, column)
    }
    /// Returns a non-null `text`, owned.
    pub fn string(&self, column: usize) -> Result<String> {
        self.text(column).map(str::to_owned)
    }
    /// Returns a `text`, owned.
    pub(crate) fn opt_string(&self, column: usize) -> Result<Option<String>> {
        Ok(self.opt_text(column)?.map(str::to_owned))
    }
    /// Returns a non-null `bytea`/`blob`.
    pub fn bytes(&self, column: usize) -> Result<&[u8]> {
        require_value(self.opt_bytes(column)?, column)
    }
    /// Returns a non-null id.
    pub fn id<K>(&self, column: usize) -> Result<Id<K>> {
        require_value(self.opt_uuid(column)?, column).map(Id::new)
    }
    /// Returns an id.
    pub(crate) fn opt_id<K>(&self, column: usize) -> Result<Option<Id<K>>> {
        Ok(self.opt_uuid(column)?.map(Id::new))
    }
    /// Returns a non-null `boolean`.
    pub fn bool(&self, column: usize) -> Result<bool> {
        require_value(self.opt_bool(column)?, column)
    }
    /// Returns a non-null instant.
    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_micros)
    }
    /// Returns an instant.
    pub(crate) fn opt_time(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp::from_micros))
    }
    /// Returns a non-null enumeration value.
    pub(crate) fn enum_value<T>(&self, column: usize, parse: fn(&str) -> Option<T>) -> Result<T> {
        require_value(parse(self.text(column)?), column)
    }
    /// Returns an enumeration value.
    pub(crate) fn opt_enum_value<T>(
        &self,
        column: usize,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        self.opt_text(column)?
            .map(|word| require_value(parse(word), column))
            .transpose()
    }
}

/// Callback for each row.
pub type RowCallback<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<()>;
/// Callback for each row that may stop the query.
pub type BreakableRowCallback<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<ControlFlow<()>>;

/// Transaction, or a read that runs outside of one.
pub trait Tx {
    /// Runs a query and passes its rows to `each` until it breaks. Later rows are not read if the database can stop.
    fn query_until(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        each: BreakableRowCallback<'_>,
    ) -> Result<()>;

    /// Runs a statement and passes each returned row to `each`.
    fn query(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        each: RowCallback<'_>,
    ) -> Result<()> {
        self.query_until(statement, params, &mut |row| {
            each(row).map(ControlFlow::Continue)
        })
    }

    /// Runs a statement and returns the number of changed rows.
    fn execute(&mut self, statement: &'static SqlStatement, params: &[SqlValue<'_>])
    -> Result<u64>;

    /// Prepares a statement without running it, to check that the database accepts it.
    fn check_statement(&mut self, statement: &'static SqlStatement) -> Result<()>;

    /// Prepares the statements that exist only on this database.
    fn check_backend_statements(&mut self) -> Result<()>;

    /// Returns the next id and time, in commit order.
    fn next_stamp(&mut self) -> Stamp;

    /// Queues a log update for the [`crate::CommitListener`]; it is delivered after the commit, and dropped on
    /// rollback.
    fn notify_log_update(&mut self, update: LogUpdate);

    /// Runs `work` in a savepoint: an error of `work` rolls back its writes only. The inner result is that of `work`;
    /// the outer one is an error if a statement failed, which aborts the whole transaction.
    fn run_nested(&mut self, work: &mut dyn FnMut(&mut dyn Tx) -> Result<()>)
    -> Result<Result<()>>;

    /// Registers an insert that an ascending scan over the workspace may meet, so that the scan cannot pass a row that
    /// commits late. Call it before the insert.
    fn register_insert(&mut self, ws: i64) -> Result<()>;

    /// Waits until every in-flight insert registered for the workspace has committed or rolled back. Call it before an
    /// ascending scan. Rows up to a stamp taken before this call are then complete; beyond it, rows may still appear
    /// between existing ones, so a scan that continues from its last row must stop at that stamp.
    fn wait_for_inserts(&mut self, ws: i64) -> Result<()>;

    /// Locks the head of a conversation until the transaction ends, as every append and every change of participants
    /// does: what is read afterwards still holds at the commit.
    fn lock_head(&mut self, ws: i64, conversation: i64) -> Result<()>;
}

/// Helpers that map rows to values.
impl dyn Tx + '_ {
    /// Returns the first row, if any.
    pub fn query_one<T>(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        read: impl Fn(&dyn Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.query(statement, params, &mut |row| {
            if found.is_none() {
                found = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Returns all rows.
    pub(crate) fn query_all<T>(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        read: impl Fn(&dyn Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.query(statement, params, &mut |row| {
            rows.push(read(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Runs `work` in a savepoint and returns its value: see [`Tx::run_nested`].
    pub fn attempt<T>(
        &mut self,
        mut work: impl FnMut(&mut dyn Tx) -> Result<T>,
    ) -> Result<Result<T>> {
        let mut value = None;
        let outcome = self.run_nested(&mut |tx| {
            value = Some(work(tx)?);
            Ok(())
        })?;
        Ok(outcome.and_then(|()| value.ok_or_else(|| Error::internal("nested work was not run"))))
    }

    /// Returns the first column of the only row; 0 without a row.
    pub fn query_count(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
    ) -> Result<i64> {
        Ok(self
            .query_one(statement, params, |row| row.int(0))?
            .unwrap_or(0))
    }
}

impl From<i64> for SqlValue<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for SqlValue<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<Timestamp> for SqlValue<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.micros())
    }
}
impl<'a> From<&'a str> for SqlValue<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a String> for SqlValue<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a [u8]> for SqlValue<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}
impl<'a, K> From<&'a Id<K>> for SqlValue<'a> {
    fn from(value: &'a Id<K>) -> Self {
        Self::Id(value.bytes())
    }
}
impl<'a, T> From<Option<T>> for SqlValue<'a>
where
    SqlValue<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}
impl<'a> From<&'a Option<String>> for SqlValue<'a> {
    fn from(value: &'a Option<String>) -> Self {
        Self::from(value.as_deref())
    }
}

/// Builds a parameter list from values that convert into [`SqlValue`]: `params![ctx.ws(), &id, name]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::SqlValue::from($value)),*] };
}
