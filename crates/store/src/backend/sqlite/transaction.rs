//! Statements on one connection.

use parlor_model::{Error, Result};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection};
use uuid::Uuid;

use super::connection::failed;
use crate::backend::sqlite::schema;
use crate::tx::Each;
use crate::{Row, Stamp, Stamps, Stmt, Tx, Value};

pub(super) struct SqliteTx<'c> {
    connection: &'c Connection,
    stamps: &'c Stamps,
    /// A statement has failed: what the transaction holds is not all that was asked for.
    pub(super) failed: bool,
}

impl<'c> SqliteTx<'c> {
    pub(super) fn new(connection: &'c Connection, stamps: &'c Stamps) -> Self {
        Self {
            connection,
            stamps,
            failed: false,
        }
    }

    fn note(&mut self, statement: &'static Stmt, error: &rusqlite::Error) -> Error {
        self.failed = true;
        failed(statement.name, error)
    }

    fn prepared(&mut self, statement: &'static Stmt) -> Result<CachedStatement<'c>> {
        self.connection
            .prepare_cached(local(statement))
            .map_err(|error| self.note(statement, &error))
    }

    fn bound(
        &mut self,
        statement: &'static Stmt,
        params: &[Value<'_>],
    ) -> Result<CachedStatement<'c>> {
        let mut prepared = self.prepared(statement)?;
        if prepared.parameter_count() != params.len() {
            self.failed = true;
            return Err(Error::internal(format_args!(
                "{} takes another number of parameters",
                statement.name
            )));
        }
        for (index, value) in params.iter().enumerate() {
            value.check()?;
            bind(&mut prepared, index + 1, value).map_err(|error| self.note(statement, &error))?;
        }
        Ok(prepared)
    }
}

/// `$1` becomes `?1`: SQLite takes `$1` for a name and numbers names by first appearance.
fn local(statement: &'static Stmt) -> &'static str {
    statement.local[0].get_or_init(|| {
        let text = schema::OVERRIDES
            .iter()
            .find(|(name, _)| *name == statement.name)
            .map_or(statement.text, |(_, text)| text);
        text.replace('$', "?")
    })
}

fn bind(
    prepared: &mut CachedStatement<'_>,
    index: usize,
    value: &Value<'_>,
) -> rusqlite::Result<()> {
    match *value {
        Value::Null => prepared.raw_bind_parameter(index, rusqlite::types::Null),
        Value::Bool(flag) => prepared.raw_bind_parameter(index, flag),
        Value::Int(int) => prepared.raw_bind_parameter(index, int),
        Value::Text(text) => prepared.raw_bind_parameter(index, text),
        Value::Bytes(bytes) => prepared.raw_bind_parameter(index, bytes),
        Value::Id(bytes) => prepared.raw_bind_parameter(index, bytes.as_slice()),
    }
}

impl Tx for SqliteTx<'_> {
    fn query(
        &mut self,
        statement: &'static Stmt,
        params: &[Value<'_>],
        each: Each<'_>,
    ) -> Result<()> {
        let mut prepared = self.bound(statement, params)?;
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(|error| self.note(statement, &error))? {
            each(&SqliteRow(row))?;
        }
        Ok(())
    }

    fn execute(&mut self, statement: &'static Stmt, params: &[Value<'_>]) -> Result<u64> {
        self.bound(statement, params)?
            .raw_execute()
            .map(|changed| changed as u64)
            .map_err(|error| self.note(statement, &error))
    }

    fn check(&mut self, statement: &'static Stmt) -> Result<()> {
        self.prepared(statement).map(drop)
    }

    fn check_own(&mut self) -> Result<()> {
        Ok(())
    }

    fn stamp(&mut self) -> Stamp {
        self.stamps.next()
    }

    // One writer commits in stamp order, so an ascending walk can never pass a row that comes later.
    fn announce_insert(&mut self, _ws: i64) -> Result<()> {
        Ok(())
    }
    fn settle_inserts(&mut self, _ws: i64) -> Result<()> {
        Ok(())
    }
}

struct SqliteRow<'r>(&'r rusqlite::Row<'r>);

impl SqliteRow<'_> {
    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        self.0
            .get_ref(column)
            .map_err(|error| failed("column", &error))
    }
}

fn mistyped<T>(column: usize) -> Result<T> {
    Err(Error::internal(format_args!(
        "column {column} has another type"
    )))
}

impl Row for SqliteRow<'_> {
    fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.get(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(int) => Ok(Some(int)),
            _ => mistyped(column),
        }
    }
    fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        match self.get(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map(Some)
                .map_err(Error::internal),
            _ => mistyped(column),
        }
    }
    fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.get(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            _ => mistyped(column),
        }
    }
    fn opt_uuid(&self, column: usize) -> Result<Option<Uuid>> {
        self.opt_bytes(column)?
            .map(|bytes| Uuid::from_slice(bytes).map_err(Error::internal))
            .transpose()
    }
    fn opt_bool(&self, column: usize) -> Result<Option<bool>> {
        Ok(self.opt_int(column)?.map(|int| int != 0))
    }
}
