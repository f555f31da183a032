//! Transactions on a PostgreSQL connection.

use std::error::Error as StdError;

use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};
use uuid::Uuid;

use super::cached_connection::CachedConnection;
use super::error_class::{ErrorClass, statement_error};
use super::statement;
use crate::backend::continued_after_failure_error;
use crate::table_changes::TableChanges;
use crate::tx::BreakableRowCallback;
use crate::{Row, SqlStatement, SqlValue, Stamp, StampGenerator, Tx};

pub(super) struct PostgresTx<'s> {
    connection: &'s mut CachedConnection,
    stamps: &'s StampGenerator,
    /// Each statement is its own transaction, so a statement whose connection was lost can be retried.
    is_autocommit: bool,
    /// Class of the first failure; a failed transaction runs no further statement.
    pub(super) error_class: Option<ErrorClass>,
    /// Log updates of the transaction.
    pub(super) log_updates: Vec<LogUpdate>,
    /// Tables changed by its statements.
    pub(super) changes: TableChanges,
}

impl<'s> PostgresTx<'s> {
    /// Creates a read in which each statement is its own transaction.
    pub(super) fn for_reads(
        connection: &'s mut CachedConnection,
        stamps: &'s StampGenerator,
    ) -> Self {
        Self {
            connection,
            stamps,
            is_autocommit: true,
            error_class: None,
            log_updates: Vec::new(),
            changes: TableChanges::default(),
        }
    }

    /// Creates a handle to an open transaction.
    pub(super) fn in_transaction(
        connection: &'s mut CachedConnection,
        stamps: &'s StampGenerator,
    ) -> Self {
        Self {
            connection,
            stamps,
            is_autocommit: false,
            error_class: None,
            log_updates: Vec::new(),
            changes: TableChanges::default(),
        }
    }

    /// Runs a text without parameters and rows, within a transaction.
    fn execute_text(&mut self, text: &str) -> Result<()> {
        let outcome = self
            .connection
            .client()
            .and_then(|client| client.batch_execute(text));
        outcome.map_err(|error| {
            self.error_class = Some(ErrorClass::from_error(&error));
            statement_error("savepoint", &error)
        })
    }

    fn run_statement<T>(
        &mut self,
        statement: &'static SqlStatement,
        work: impl Fn(&mut Client, &Statement) -> Result<T, postgres::Error>,
    ) -> Result<T> {
        if self.error_class.is_some() && !self.is_autocommit {
            return Err(Error::internal("the transaction has failed before"));
        }
        let mut may_retry = self.is_autocommit;
        loop {
            let outcome = self
                .connection
                .prepare(statement)
                .and_then(|(client, prepared)| work(client, &prepared));
            let error = match outcome {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let class = ErrorClass::from_error(&error);
            if class == ErrorClass::ConnectionLost {
                self.connection.discard();
                if std::mem::take(&mut may_retry) {
                    continue;
                }
            }
            self.error_class = Some(class);
            return Err(statement_error(statement.name, &error));
        }
    }
}

fn to_sql_refs<'v>(params: &'v [SqlValue<'v>]) -> Result<Vec<&'v (dyn ToSql + Sync)>> {
    params
        .iter()
        .map(|value| {
            value.validate()?;
            Ok(value as &(dyn ToSql + Sync))
        })
        .collect()
}

impl Tx for PostgresTx<'_> {
    fn query_until(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        each: BreakableRowCallback<'_>,
    ) -> Result<()> {
        let values = to_sql_refs(params)?;
        self.changes.record(statement, params);
        let rows = self.run_statement(statement, |client, prepared| {
            client.query(prepared, &values)
        })?;
        for row in &rows {
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
        let values = to_sql_refs(params)?;
        self.changes.record(statement, params);
        self.run_statement(statement, |client, prepared| {
            client.execute(prepared, &values)
        })
    }

    fn check_statement(&mut self, statement: &'static SqlStatement) -> Result<()> {
        self.run_statement(statement, |_, _| Ok(()))
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

struct PostgresRow<'r>(&'r postgres::Row);

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
        out: &mut postgres::types::private::BytesMut,
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
