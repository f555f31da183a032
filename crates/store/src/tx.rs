//! The seam between the product and a database.

use std::ops::ControlFlow;

use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Id, Result, Timestamp};
use uuid::Uuid;

use crate::{SqlStatement, Stamp};

/// A parameter of a statement.
#[derive(Debug, Clone, Copy)]
pub enum SqlValue<'a> {
    /// SQL null.
    Null,
    /// `boolean`.
    Bool(bool),
    /// `bigint`; also instants, as microseconds.
    Int(i64),
    /// `text`; may not contain U+0000, which one of the databases cannot store.
    Text(&'a str),
    /// `bytea`/`blob`.
    Bytes(&'a [u8]),
    /// `uuid`/16-byte `blob`.
    Id(&'a [u8; 16]),
}

impl SqlValue<'_> {
    /// PostgreSQL cannot store U+0000 in a text, so neither database takes it.
    pub(crate) fn validate(&self) -> Result<()> {
        match self {
            Self::Text(text) if text.contains('\0') => {
                Err(Error::invalid("text", "must not contain U+0000"))
            }
            _ => Ok(()),
        }
    }
}

/// A row while it is being read; columns are numbered from 0 and borrowed from the database's buffer.
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

/// The shorter spellings for columns that are never null.
impl dyn Row + '_ {
    /// A `bigint` that is never null.
    pub fn int(&self, column: usize) -> Result<i64> {
        require_value(self.opt_int(column)?, column)
    }
    /// A `text` that is never null.
    pub fn text(&self, column: usize) -> Result<&str> {
        require_value(self.opt_text(column)?, column)
    }
    /// A `text` that is never null, owned.
    pub fn string(&self, column: usize) -> Result<String> {
        self.text(column).map(str::to_owned)
    }
    /// A `text`, owned.
    pub fn opt_string(&self, column: usize) -> Result<Option<String>> {
        Ok(self.opt_text(column)?.map(str::to_owned))
    }
    /// Bytes that are never null.
    pub fn bytes(&self, column: usize) -> Result<&[u8]> {
        require_value(self.opt_bytes(column)?, column)
    }
    /// An id that is never null.
    pub fn id<K>(&self, column: usize) -> Result<Id<K>> {
        require_value(self.opt_uuid(column)?, column).map(Id::new)
    }
    /// An id.
    pub fn opt_id<K>(&self, column: usize) -> Result<Option<Id<K>>> {
        Ok(self.opt_uuid(column)?.map(Id::new))
    }
    /// A `boolean` that is never null.
    pub fn bool(&self, column: usize) -> Result<bool> {
        require_value(self.opt_bool(column)?, column)
    }
    /// An instant that is never null.
    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_micros)
    }
    /// An instant.
    pub fn opt_time(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp::from_micros))
    }
    /// A word of an enumeration.
    pub fn enum_value<T>(&self, column: usize, parse: fn(&str) -> Option<T>) -> Result<T> {
        require_value(parse(self.text(column)?), column)
    }
    /// A word of an enumeration, or null.
    pub fn opt_enum_value<T>(
        &self,
        column: usize,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        self.opt_text(column)?
            .map(|word| require_value(parse(word), column))
            .transpose()
    }
}

/// What to do with each row.
pub type RowCallback<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<()>;
/// The same for a receiver that may have enough before the last row.
pub type BreakableRowCallback<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<ControlFlow<()>>;

/// A transaction, or the reading of one.
pub trait Tx {
    /// Runs a statement that reads, and hands over its rows until the receiver breaks. Whatever the database would find
    /// behind that row is not read, where it can stop.
    fn query_until(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        each: BreakableRowCallback<'_>,
    ) -> Result<()>;

    /// Runs a statement and hands over each row it returns.
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

    /// Runs a statement and tells how many rows it changed.
    fn execute(&mut self, statement: &'static SqlStatement, params: &[SqlValue<'_>])
    -> Result<u64>;

    /// Only prepares a statement, to learn whether this database can.
    fn check_statement(&mut self, statement: &'static SqlStatement) -> Result<()>;

    /// Prepares the statements that only this database has.
    fn check_backend_statements(&mut self) -> Result<()>;

    /// The next id and time, in commit order.
    fn next_stamp(&mut self) -> Stamp;

    /// Notes that a conversation's log has grown, or that it is gone: told to whoever watches once this transaction is
    /// committed, and to nobody where it is not.
    fn notify_log_update(&mut self, growth: LogUpdate);

    /// Runs work whose refusal undoes what it wrote, and nothing else of the transaction; the inner result is the
    /// work's. The outer one is an error where a statement failed, which the transaction does not survive.
    fn run_nested(&mut self, work: &mut dyn FnMut(&mut dyn Tx) -> Result<()>)
    -> Result<Result<()>>;

    /// Called before rows are inserted that an ascending walk over the workspace may be following, so that the walk
    /// cannot pass a row that commits late.
    fn register_insert(&mut self, ws: i64) -> Result<()>;

    /// Called before an ascending walk reads: waits until every announced insert of the workspace has ended. What is
    /// read next is complete up to a stamp that was taken before this call; beyond it rows may still appear between
    /// those that are there already, so a walk that goes on from its last row must stop at that stamp.
    fn wait_for_inserts(&mut self, ws: i64) -> Result<()>;

    /// Holds the head of a conversation until the transaction ends, as whoever takes a position or changes participants
    /// does: what is read after it holds at the commit too.
    fn lock_head(&mut self, ws: i64, conversation: i64) -> Result<()>;
}

/// The rows-to-values helpers every repository uses.
impl dyn Tx + '_ {
    /// The first row, if any.
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

    /// Every row.
    pub fn query_all<T>(
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

    /// Work whose refusal undoes what it wrote: see [`Tx::run_nested`].
    pub fn attempt<T>(
        &mut self,
        mut work: impl FnMut(&mut dyn Tx) -> Result<T>,
    ) -> Result<Result<T>> {
        let mut given = None;
        let ended = self.run_nested(&mut |tx| {
            given = Some(work(tx)?);
            Ok(())
        })?;
        Ok(ended.and_then(|()| given.ok_or_else(|| Error::internal("nested work was not run"))))
    }

    /// The first column of the only row.
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

/// A parameter list from anything that turns into values: `params![ctx.ws(), &id, name]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::SqlValue::from($value)),*] };
}
