//! Transactions on a PostgreSQL connection.

use std::error::Error as StdError;

use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::cached_connection::{BoundQuery, CachedConnection};
use super::client::PipelineError;
use super::commit_text::commit_text;
use super::error_class::{ErrorClass, statement_error};
use super::statement;
use crate::backend::continued_after_failure_error;
use crate::table_changes::TableChanges;
use crate::tx::BreakableRowCallback;
use crate::{Row, RowCallback, SqlStatement, SqlValue, Stamp, StampGenerator, Tx};

pub(super) struct PostgresTx<'s> {
    connection: &'s mut CachedConnection,
    stamps: &'s StampGenerator,
    pub(super) state: TransactionState,
    /// Class of the first failure; a failed transaction runs no further statement.
    pub(super) error_class: Option<ErrorClass>,
    /// Log updates of the transaction.
    pub(super) log_updates: Vec<LogUpdate>,
    /// Tables changed by its statements.
    pub(super) changes: TableChanges,
}

/// State of a [`PostgresTx`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransactionState {
    /// Each statement is its own transaction, so a statement whose connection was lost can be retried.
    Autocommit,
    /// The first statement begins the transaction with this text, in one round trip.
    NotBegun(&'static str),
    Begun,
    /// Committed by [`PostgresTx::query_and_commit`].
    Committed,
    /// The connection was lost during that commit, which may have succeeded.
    CommitUnknown,
}

/// Statement and parameters of [`PostgresTx::query_pipelined`].
pub(super) type PipelinedQuery<'p> = (&'static SqlStatement, &'p [SqlValue<'p>]);

impl<'s> PostgresTx<'s> {
    /// Creates a read in which each statement is its own transaction.
    pub(super) fn for_reads(
        connection: &'s mut CachedConnection,
        stamps: &'s StampGenerator,
    ) -> Self {
        Self::new(connection, stamps, TransactionState::Autocommit)
    }

    /// Creates a transaction that begins with its first statement.
    pub(super) fn in_transaction(
        connection: &'s mut CachedConnection,
        stamps: &'s StampGenerator,
        begin: &'static str,
    ) -> Self {
        Self::new(connection, stamps, TransactionState::NotBegun(begin))
    }

    fn new(
        connection: &'s mut CachedConnection,
        stamps: &'s StampGenerator,
        state: TransactionState,
    ) -> Self {
        Self {
            connection,
            stamps,
            state,
            error_class: None,
            log_updates: Vec::new(),
            changes: TableChanges::default(),
        }
    }

    /// Runs statements in one round trip and passes the rows of all of them, each with the index of its statement.
    pub(super) fn query_pipelined(
        &mut self,
        queries: &[PipelinedQuery<'_>],
        each: &mut dyn FnMut(usize, &dyn Row) -> Result<()>,
    ) -> Result<()> {
        let bound = bind_all(queries)?;
        for (statement, params) in queries {
            self.changes.record(statement, params);
        }
        let name = queries.first().map_or("", |(statement, _)| statement.name);
        let rows = self.run(name, |connection, begin| {
            connection
                .pipeline(begin, &bound, None)
                .map_err(PipelineError::into_inner)
        })?;
        for (index, rows) in rows.iter().enumerate() {
            rows.iter()
                .try_for_each(|row| each(index, &PostgresRow(row)))?;
        }
        Ok(())
    }

    /// Runs the last statements of a transaction and commits, in one round trip. After an error of a statement nothing
    /// is committed; an error of `each` comes after the commit and is `Unavailable`, so that nothing is tried again.
    pub(super) fn query_and_commit(
        &mut self,
        queries: &[PipelinedQuery<'_>],
        each: RowCallback<'_>,
    ) -> Result<()> {
        let bound = bind_all(queries)?;
        for (statement, params) in queries {
            self.changes.record(statement, params);
        }
        if self.state != TransactionState::Begun || self.error_class.is_some() {
            return Err(Error::internal("no transaction is open"));
        }
        let text = commit_text(&self.changes);
        let (name, error) = match self.connection.pipeline(None, &bound, Some(&text)) {
            Ok(rows) => {
                self.state = TransactionState::Committed;
                let passed = rows
                    .iter()
                    .flatten()
                    .try_for_each(|row| each(&PostgresRow(row)));
                return passed.map_err(|error| {
                    Error::unavailable(error.context().unwrap_or_default().to_owned())
                });
            }
            Err(PipelineError::Statement(error)) => {
                let last = queries.last().map_or("", |(statement, _)| statement.name);
                (last, error)
            }
            Err(PipelineError::End(error)) => ("commit", error),
        };
        let class = ErrorClass::from_error(&error);
        if class == ErrorClass::ConnectionLost {
            self.connection.discard();
            self.state = TransactionState::CommitUnknown;
        }
        self.error_class = Some(class);
        Err(statement_error(name, &error))
    }

    /// Runs a text without parameters and rows, within a transaction.
    fn execute_text(&mut self, text: &str) -> Result<()> {
        self.run("savepoint", |connection, begin| match begin {
            Some(begin) => connection.batch_execute(&format!("{begin}; {text}")),
            None => connection.batch_execute(text),
        })
    }

    /// Runs a call of the connection. The second argument of `work` is the text that begins the transaction, if it has
    /// not begun.
    fn run<T>(
        &mut self,
        name: &str,
        work: impl Fn(&mut CachedConnection, Option<&str>) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        if self.error_class.is_some() && self.state != TransactionState::Autocommit {
            return Err(Error::internal("the transaction has failed before"));
        }
        let begin = match self.state {
            TransactionState::NotBegun(text) => Some(text),
            TransactionState::Autocommit | TransactionState::Begun => None,
            TransactionState::Committed | TransactionState::CommitUnknown => {
                return Err(Error::internal("the transaction has ended before"));
            }
        };
        // A connection lost while idle is noticed only by its next use, so it is reopened once.
        let mut may_retry = self.state != TransactionState::Begun;
        loop {
            let error = match work(self.connection, begin) {
                Ok(value) => {
                    if begin.is_some() {
                        self.state = TransactionState::Begun;
                    }
                    return Ok(value);
                }
                Err(error) => error,
            };
            let class = ErrorClass::from_error(&error);
            if class == ErrorClass::ConnectionLost {
                self.connection.discard();
                if std::mem::take(&mut may_retry) {
                    continue;
                }
            } else if begin.is_some() {
                self.state = TransactionState::Begun;
            }
            self.error_class = Some(class);
            return Err(statement_error(name, &error));
        }
    }
}

fn bind_all<'p>(queries: &[PipelinedQuery<'p>]) -> Result<Vec<BoundQuery<'p>>> {
    queries
        .iter()
        .map(|(statement, params)| bind(statement, params))
        .collect()
}

fn bind<'p>(
    statement: &'static SqlStatement,
    params: &'p [SqlValue<'p>],
) -> Result<BoundQuery<'p>> {
    let params = params.iter().map(|value| {
        value.validate()?;
        Ok(value as &(dyn ToSql + Sync))
    });
    Ok(BoundQuery {
        statement,
        params: params.collect::<Result<_>>()?,
    })
}

impl Tx for PostgresTx<'_> {
    fn query_until(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        each: BreakableRowCallback<'_>,
    ) -> Result<()> {
        let bound = [bind(statement, params)?];
        self.changes.record(statement, params);
        let rows = self.run(statement.name, |connection, begin| {
            connection
                .pipeline(begin, &bound, None)
                .map_err(PipelineError::into_inner)
        })?;
        for row in rows.iter().flatten() {
            if each(&PostgresRow(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn execute(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
    ) -> Result<u64> {
        let bound = bind(statement, params)?;
        self.changes.record(statement, params);
        self.run(statement.name, |connection, begin| {
            connection.execute(begin, &bound)
        })
    }

    fn check_statement(&mut self, statement: &'static SqlStatement) -> Result<()> {
        self.run(statement.name, |connection, begin| {
            begin.map_or(Ok(()), |text| connection.batch_execute(text))?;
            connection.prepare(statement).map(drop)
        })
    }

    fn check_backend_statements(&mut self) -> Result<()> {
        statement::ALL
            .iter()
            .try_for_each(|statement| self.check_statement(statement))
    }

    fn next_stamp(&mut self) -> Stamp {
        self.stamps.next()
    }

    fn notify_log_update(&mut self, update: LogUpdate) {
        self.log_updates.push(update);
    }

    fn run_nested(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Tx) -> Result<()>,
    ) -> Result<Result<()>> {
        let queued_updates = self.log_updates.len();
        self.execute_text("savepoint nested")?;
        let outcome = work(self);
        // A conflict with another transaction: the whole transaction is retried.
        if self.error_class.is_some() {
            return Err(outcome.err().unwrap_or_else(continued_after_failure_error));
        }
        if outcome.is_err() {
            self.execute_text("rollback to savepoint nested")?;
            self.log_updates.truncate(queued_updates);
        }
        self.execute_text("release savepoint nested")?;
        Ok(outcome)
    }

    fn register_insert(&mut self, ws: i64) -> Result<()> {
        self.execute(&statement::LOCK_SHARED, &[SqlValue::Int(ws)])
            .map(drop)
    }

    fn wait_for_inserts(&mut self, ws: i64) -> Result<()> {
        // In autocommit the lock is released at once; every holder of the shared lock has ended by then.
        self.execute(&statement::LOCK, &[SqlValue::Int(ws)])
            .map(drop)
    }

    fn lock_head(&mut self, ws: i64, conversation: i64) -> Result<()> {
        let params = [SqlValue::Int(ws), SqlValue::Int(conversation)];
        self.query(&statement::HOLD_HEAD, &params, &mut |_| Ok(()))
    }
}

struct PostgresRow<'r>(&'r tokio_postgres::Row);

macro_rules! column {
    ($name:ident, $type:ty) => {
        fn $name(&self, column: usize) -> Result<Option<$type>> {
            self.0
                .try_get(column)
                .map_err(|_| Error::internal(format_args!("column {column} has another type")))
        }
    };
}

impl Row for PostgresRow<'_> {
    column!(opt_int, i64);
    column!(opt_text, &str);
    column!(opt_bytes, &[u8]);
    column!(opt_uuid, Uuid);
    column!(opt_bool, bool);
}

impl ToSql for SqlValue<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(flag) => flag.to_sql(kind, out),
            Self::Int(int) if *kind == Type::INT4 => i32::try_from(*int)?.to_sql(kind, out),
            Self::Int(int) => int.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Id(bytes) => Uuid::from_bytes(**bytes).to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
