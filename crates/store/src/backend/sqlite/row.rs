//! Result rows.

use parlor_model::{Error, Result};
use rusqlite::types::ValueRef;
use uuid::Uuid;

use super::connection::statement_error;
use crate::Row;

/// Row that holds only the number of an inserted row.
pub(super) struct InsertedNumberRow(pub(super) i64);

impl Row for InsertedNumberRow {
    fn opt_int(&self, _: usize) -> Result<Option<i64>> {
        Ok(Some(self.0))
    }
    fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        type_mismatch(column)
    }
    fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        type_mismatch(column)
    }
    fn opt_uuid(&self, column: usize) -> Result<Option<Uuid>> {
        type_mismatch(column)
    }
    fn opt_bool(&self, column: usize) -> Result<Option<bool>> {
        type_mismatch(column)
    }
}

pub(super) struct SqliteRow<'r>(pub(super) &'r rusqlite::Row<'r>);

impl SqliteRow<'_> {
    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        self.0
            .get_ref(column)
            .map_err(|error| statement_error("column", &error))
    }
}

fn type_mismatch<T>(column: usize) -> Result<T> {
    Err(Error::internal(format_args!(
        "column {column} has another type"
    )))
}

impl Row for SqliteRow<'_> {
    fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.get(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(int) => Ok(Some(int)),
            _ => type_mismatch(column),
        }
    }
    fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        match self.get(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map(Some)
                .map_err(Error::internal),
            _ => type_mismatch(column),
        }
    }
    fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.get(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            _ => type_mismatch(column),
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
