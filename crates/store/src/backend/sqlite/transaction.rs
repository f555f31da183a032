//! Statements on one connection.

use parlor_model::live::Growth;
use parlor_model::{Error, Result};
use rusqlite::{Connection, Statement};

use super::connection::{failed, run};
use super::prepared::{Kept, Ready, Text};
use super::row::{Number, SqliteRow};
use crate::backend::went_on;
use crate::tables::Changes;
use crate::tx::EachUntil;
use crate::{Stamp, Stamps, Stmt, Tx, Value};

pub(super) struct SqliteTx<'t, 'c> {
    connection: &'c Connection,
    stamps: &'t Stamps,
    kept: Option<&'t mut Kept<'c>>,
    grown: Option<&'t mut Vec<Growth>>,
    /// A statement has failed: what the transaction holds is not all that was asked for.
    pub(super) failed: bool,
    /// What its statements changed.
    pub(super) changes: Changes,
}

impl<'t, 'c> SqliteTx<'t, 'c> {
    /// For the one thread that works on the connection all the time.
    pub(super) fn writing(
        connection: &'c Connection,
        stamps: &'t Stamps,
        kept: &'t mut Kept<'c>,
        grown: &'t mut Vec<Growth>,
    ) -> Self {
        Self {
            connection,
            stamps,
            kept: Some(kept),
            grown: Some(grown),
            failed: false,
            changes: Changes::default(),
        }
    }

    /// On a connection that was lent.
    pub(super) fn reading(connection: &'c Connection, stamps: &'t Stamps) -> Self {
        Self {
            connection,
            stamps,
            kept: None,
            grown: None,
            failed: false,
            changes: Changes::default(),
        }
    }

    /// Readies a statement, lets it work, and keeps it for the next time.
    fn run<T>(
        &mut self,
        statement: &'static Stmt,
        params: Option<&[Value<'_>]>,
        work: impl FnOnce(&mut Self, &mut Statement<'c>, &'static Text) -> Result<T>,
    ) -> Result<T> {
        let text = Text::of(statement);
        if let Some(params) = params {
            self.changes.note(statement, params);
        }
        let mut ready = Ready::take(self.connection, self.kept.as_deref_mut(), text)
            .map_err(|error| self.note(statement, &error))?;
        let outcome = work(self, &mut ready, text);
        ready.give_back(self.kept.as_deref_mut(), text);
        outcome
    }

    fn note(&mut self, statement: &'static Stmt, error: &rusqlite::Error) -> Error {
        self.failed = true;
        failed(statement.name, error)
    }

    fn bind(
        &mut self,
        statement: &'static Stmt,
        ready: &mut Statement<'c>,
        params: &[Value<'_>],
    ) -> Result<()> {
        if ready.parameter_count() != params.len() {
            self.failed = true;
            return Err(Error::internal(format_args!(
                "{} takes another number of parameters",
                statement.name
            )));
        }
        for (index, value) in params.iter().enumerate() {
            value.check()?;
            bind(ready, index + 1, value).map_err(|error| self.note(statement, &error))?;
        }
        Ok(())
    }

    fn change(&mut self, statement: &'static Stmt, ready: &mut Statement<'c>) -> Result<u64> {
        ready
            .raw_execute()
            .map(|changed| changed as u64)
            .map_err(|error| self.note(statement, &error))
    }
}

fn bind(prepared: &mut Statement<'_>, index: usize, value: &Value<'_>) -> rusqlite::Result<()> {
    match *value {
        Value::Null => prepared.raw_bind_parameter(index, rusqlite::types::Null),
        Value::Bool(flag) => prepared.raw_bind_parameter(index, flag),
        Value::Int(int) => prepared.raw_bind_parameter(index, int),
        Value::Text(text) => prepared.raw_bind_parameter(index, text),
        Value::Bytes(bytes) => prepared.raw_bind_parameter(index, bytes),
        Value::Id(bytes) => prepared.raw_bind_parameter(index, bytes.as_slice()),
    }
}

impl Tx for SqliteTx<'_, '_> {
    fn query_until(
        &mut self,
        statement: &'static Stmt,
        params: &[Value<'_>],
        each: EachUntil<'_>,
    ) -> Result<()> {
        self.run(statement, Some(params), |tx, ready, text| {
            tx.bind(statement, ready, params)?;
            if text.gives_number {
                return match tx.change(statement, ready)? {
                    0 => Ok(()),
                    _ => each(&Number(tx.connection.last_insert_rowid())).map(drop),
                };
            }
            let mut rows = ready.raw_query();
            while let Some(row) = rows.next().map_err(|error| tx.note(statement, &error))? {
                if each(&SqliteRow(row))?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn execute(&mut self, statement: &'static Stmt, params: &[Value<'_>]) -> Result<u64> {
        self.run(statement, Some(params), |tx, ready, _| {
            tx.bind(statement, ready, params)?;
            tx.change(statement, ready)
        })
    }

    fn check(&mut self, statement: &'static Stmt) -> Result<()> {
        self.run(statement, None, |_, _, _| Ok(()))
    }

    fn check_own(&mut self) -> Result<()> {
        Ok(())
    }

    fn stamp(&mut self) -> Stamp {
        self.stamps.next()
    }

    fn nested(&mut self, work: &mut dyn FnMut(&mut dyn Tx) -> Result<()>) -> Result<Result<()>> {
        let told = self.grown.as_ref().map_or(0, |grown| grown.len());
        run(self.connection, "savepoint nested")?;
        let ended = work(self);
        if self.failed {
            return Err(ended.err().unwrap_or_else(went_on));
        }
        if ended.is_err() {
            run(self.connection, "rollback to nested")?;
            if let Some(grown) = &mut self.grown {
                grown.truncate(told);
            }
        }
        run(self.connection, "release nested")?;
        Ok(ended)
    }

    fn grew(&mut self, growth: Growth) {
        if let Some(grown) = &mut self.grown {
            grown.push(growth);
        }
    }

    // One writer commits in stamp order, so an ascending walk can never pass a row that comes later.
    fn announce_insert(&mut self, _ws: i64) -> Result<()> {
        Ok(())
    }
    fn settle_inserts(&mut self, _ws: i64) -> Result<()> {
        Ok(())
    }
    // The one writer holds everything.
    fn hold_head(&mut self, _ws: i64, _conversation: i64) -> Result<()> {
        Ok(())
    }
}
