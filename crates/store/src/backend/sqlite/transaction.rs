//! Transactions on a SQLite connection.

use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result};
use rusqlite::{Connection, Statement};

use super::connection::{execute, statement_error};
use super::prepared::{StatementCache, StatementGuard, sqlite_sql};
use super::row::{InsertedNumberRow, SqliteRow};
use crate::backend::continued_after_failure_error;
use crate::statement::SqliteSql;
use crate::table_changes::TableChanges;
use crate::tx::BreakableRowCallback;
use crate::{SqlStatement, SqlValue, Stamp, StampGenerator, Tx};

pub(super) struct SqliteTx<'t, 'c> {
    connection: &'c Connection,
    stamps: &'t StampGenerator,
    statements: Option<&'t mut StatementCache<'c>>,
    log_updates: Option<&'t mut Vec<LogUpdate>>,
    /// A statement has failed, so the transaction is incomplete.
    pub(super) has_failed: bool,
    /// Tables changed by its statements.
    pub(super) changes: TableChanges,
}

impl<'t, 'c> SqliteTx<'t, 'c> {
    /// Creates a transaction of the writer thread.
    pub(super) fn for_writes(
        connection: &'c Connection,
        stamps: &'t StampGenerator,
        cache: &'t mut StatementCache<'c>,
        log_updates: &'t mut Vec<LogUpdate>,
    ) -> Self {
        Self {
            connection,
            stamps,
            statements: Some(cache),
            log_updates: Some(log_updates),
            has_failed: false,
            changes: TableChanges::default(),
        }
    }

    /// Creates a read on a pooled connection.
    pub(super) fn for_reads(connection: &'c Connection, stamps: &'t StampGenerator) -> Self {
        Self {
            connection,
            stamps,
            statements: None,
            log_updates: None,
            has_failed: false,
            changes: TableChanges::default(),
        }
    }

    /// Prepares a statement, runs `work` with it, and returns it to the cache.
    fn run_statement<T>(
        &mut self,
        statement: &'static SqlStatement,
        params: Option<&[SqlValue<'_>]>,
        work: impl FnOnce(&mut Self, &mut Statement<'c>, &'static SqliteSql) -> Result<T>,
    ) -> Result<T> {
        let text = sqlite_sql(statement);
        if let Some(params) = params {
            self.changes.record(statement, params);
        }
        let mut prepared =
            StatementGuard::acquire(self.connection, self.statements.as_deref_mut(), text)
                .map_err(|error| self.record_failure(statement, &error))?;
        let outcome = work(self, &mut prepared, text);
        prepared.release(self.statements.as_deref_mut(), text);
        outcome
    }

    fn record_failure(
        &mut self,
        statement: &'static SqlStatement,
        error: &rusqlite::Error,
    ) -> Error {
        self.has_failed = true;
        statement_error(statement.name, error)
    }

    fn bind(
        &mut self,
        statement: &'static SqlStatement,
        prepared: &mut Statement<'c>,
        params: &[SqlValue<'_>],
    ) -> Result<()> {
        if prepared.parameter_count() != params.len() {
            self.has_failed = true;
            return Err(Error::internal(format_args!(
                "{} takes another number of parameters",
                statement.name
            )));
        }
        for (index, value) in params.iter().enumerate() {
            value.validate()?;
            bind_parameter(prepared, index + 1, value)
                .map_err(|error| self.record_failure(statement, &error))?;
        }
        Ok(())
    }

    fn execute_bound(
        &mut self,
        statement: &'static SqlStatement,
        prepared: &mut Statement<'c>,
    ) -> Result<u64> {
        prepared
            .raw_execute()
            .map(|changed| changed as u64)
            .map_err(|error| self.record_failure(statement, &error))
    }
}

fn bind_parameter(
    prepared: &mut Statement<'_>,
    index: usize,
    value: &SqlValue<'_>,
) -> rusqlite::Result<()> {
    match *value {
        SqlValue::Null => prepared.raw_bind_parameter(index, rusqlite::types::Null),
        SqlValue::Bool(flag) => prepared.raw_bind_parameter(index, flag),
        SqlValue::Int(int) => prepared.raw_bind_parameter(index, int),
        SqlValue::Text(text) => prepared.raw_bind_parameter(index, text),
        SqlValue::Bytes(bytes) => prepared.raw_bind_parameter(index, bytes),
        SqlValue::Id(bytes) => prepared.raw_bind_parameter(index, bytes.as_slice()),
    }
}

impl Tx for SqliteTx<'_, '_> {
    fn query_until(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
        each: BreakableRowCallback<'_>,
    ) -> Result<()> {
        self.run_statement(statement, Some(params), |tx, prepared, text| {
            tx.bind(statement, prepared, params)?;
            if text.returns_number {
                return match tx.execute_bound(statement, prepared)? {
                    0 => Ok(()),
                    _ => each(&InsertedNumberRow(tx.connection.last_insert_rowid())).map(drop),
                };
            }
            let mut rows = prepared.raw_query();
            while let Some(row) = rows
                .next()
                .map_err(|error| tx.record_failure(statement, &error))?
            {
                if each(&SqliteRow(row))?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn execute(
        &mut self,
        statement: &'static SqlStatement,
        params: &[SqlValue<'_>],
    ) -> Result<u64> {
        self.run_statement(statement, Some(params), |tx, prepared, _| {
            tx.bind(statement, prepared, params)?;
            tx.execute_bound(statement, prepared)
        })
    }

    fn check_statement(&mut self, statement: &'static SqlStatement) -> Result<()> {
        self.run_statement(statement, None, |_, _, _| Ok(()))
    }

    fn check_backend_statements(&mut self) -> Result<()> {
        Ok(())
    }

    fn next_stamp(&mut self) -> Stamp {
        self.stamps.next()
    }

    fn run_nested(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Tx) -> Result<()>,
    ) -> Result<Result<()>> {
        let queued_updates = self
            .log_updates
            .as_ref()
            .map_or(0, |log_updates| log_updates.len());
        execute(self.connection, "savepoint nested")?;
        let outcome = work(self);
        if self.has_failed {
            return Err(outcome.err().unwrap_or_else(continued_after_failure_error));
        }
        if outcome.is_err() {
            execute(self.connection, "rollback to nested")?;
            if let Some(log_updates) = &mut self.log_updates {
                log_updates.truncate(queued_updates);
            }
        }
        execute(self.connection, "release nested")?;
        Ok(outcome)
    }

    fn notify_log_update(&mut self, update: LogUpdate) {
        if let Some(log_updates) = &mut self.log_updates {
            log_updates.push(update);
        }
    }

    // The single writer commits in stamp order, so an ascending scan cannot pass a late row.
    fn register_insert(&mut self, _ws: i64) -> Result<()> {
        Ok(())
    }
    fn wait_for_inserts(&mut self, _ws: i64) -> Result<()> {
        Ok(())
    }
    // The single writer already excludes concurrent changes.
    fn lock_head(&mut self, _ws: i64, _conversation: i64) -> Result<()> {
        Ok(())
    }
}
