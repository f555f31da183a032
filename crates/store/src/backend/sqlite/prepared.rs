//! Statements in this database's spelling, and prepared ones to use again.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::{CachedStatement, Connection, Statement};

use crate::SqlStatement;
use crate::sql::search::SQLITE as OVERRIDES;

/// A statement as this database wants it.
pub(crate) struct BackendSql {
    sql: String,
    /// Where it is in every table of prepared statements.
    slot: usize,
    /// An insert that asks for the new row's number alone. SQLite would collect the answer in a table of its own, which
    /// costs a third of the insert; it knows the number without that.
    pub(super) returns_number: bool,
}

impl BackendSql {
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn for_statement(statement: &'static SqlStatement) -> &'static Self {
        static SLOTS: AtomicUsize = AtomicUsize::new(0);
        statement.sqlite.get_or_init(|| {
            let text = OVERRIDES
                .iter()
                .find(|(own, _)| own.name == statement.name)
                .map_or(statement.text, |(_, text)| text);
            let insert = text
                .strip_suffix("returning number")
                .filter(|text| text.starts_with("insert into "));
            Self {
                // `$1` becomes `?1`: SQLite takes `$1` for a name and numbers names by first appearance.
                sql: insert.unwrap_or(text).trim_end().replace('$', "?"),
                slot: SLOTS.fetch_add(1, Ordering::Relaxed),
                returns_number: insert.is_some(),
            }
        })
    }
}

/// Prepared statements of the connection that a thread works on: found by place, where the connection's own cache
/// hashes and copies the text each time.
pub(super) struct StatementCache<'c>(Vec<Option<Statement<'c>>>);

impl<'c> StatementCache<'c> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    fn slot(&mut self, text: &BackendSql) -> &mut Option<Statement<'c>> {
        if self.0.len() <= text.slot {
            self.0.resize_with(text.slot + 1, || None);
        }
        &mut self.0[text.slot]
    }
}

/// A statement that is ready to be bound and run.
pub(super) enum StatementGuard<'c> {
    Pooled(Statement<'c>),
    Cached(CachedStatement<'c>),
}

impl<'c> StatementGuard<'c> {
    /// From the thread's own table where it has one, otherwise from the connection's cache.
    pub(super) fn acquire(
        connection: &'c Connection,
        kept: Option<&mut StatementCache<'c>>,
        text: &BackendSql,
    ) -> rusqlite::Result<Self> {
        let Some(kept) = kept else {
            return connection.prepare_cached(&text.sql).map(Self::Cached);
        };
        match kept.slot(text).take() {
            Some(statement) => Ok(Self::Pooled(statement)),
            None => connection.prepare(&text.sql).map(Self::Pooled),
        }
    }

    /// For the next use; a cached one returns by itself.
    pub(super) fn release(self, kept: Option<&mut StatementCache<'c>>, text: &BackendSql) {
        if let (Self::Pooled(statement), Some(kept)) = (self, kept) {
            *kept.slot(text) = Some(statement);
        }
    }
}

impl<'c> Deref for StatementGuard<'c> {
    type Target = Statement<'c>;
    fn deref(&self) -> &Statement<'c> {
        match self {
            Self::Pooled(statement) => statement,
            Self::Cached(statement) => statement,
        }
    }
}

impl<'c> DerefMut for StatementGuard<'c> {
    fn deref_mut(&mut self) -> &mut Statement<'c> {
        match self {
            Self::Pooled(statement) => statement,
            Self::Cached(statement) => statement,
        }
    }
}
