//! SQLite texts of statements, and caches of prepared statements.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::{CachedStatement, Connection, Statement};

use crate::SqlStatement;
use crate::sql::{instance, job, outbox_signal, search, turn};
use crate::statement::SqliteSql;

/// Returns the SQLite text of a statement and builds it at the first call.
pub(crate) fn sqlite_sql(statement: &'static SqlStatement) -> &'static SqliteSql {
    static SLOTS: AtomicUsize = AtomicUsize::new(0);
    statement.sqlite.get_or_init(|| {
        let text = search::sqlite::OVERRIDES
            .iter()
            .chain(outbox_signal::SQLITE)
            .chain(job::SQLITE)
            .chain(turn::SQLITE)
            .chain(instance::SQLITE)
            .find(|(own, _)| own.name == statement.name)
            .map_or(statement.text, |(_, text)| text);
        let insert = text
            .strip_suffix("returning number")
            .filter(|text| text.starts_with("insert into "));
        SqliteSql {
            // `$1` becomes `?1`: SQLite takes `$1` for a name and numbers names by first appearance.
            sql: insert.unwrap_or(text).trim_end().replace('$', "?"),
            slot: SLOTS.fetch_add(1, Ordering::Relaxed),
            returns_number: insert.is_some(),
        }
    })
}

/// Prepared statements of the writer's connection, indexed by slot: the connection's own cache hashes and copies the
/// text at each use.
pub(super) struct StatementCache<'c>(Vec<Option<Statement<'c>>>);

impl<'c> StatementCache<'c> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    fn slot(&mut self, text: &SqliteSql) -> &mut Option<Statement<'c>> {
        if self.0.len() <= text.slot {
            self.0.resize_with(text.slot + 1, || None);
        }
        &mut self.0[text.slot]
    }
}

/// Prepared statement, ready to be bound and run.
pub(super) enum StatementGuard<'c> {
    Pooled(Statement<'c>),
    Cached(CachedStatement<'c>),
}

impl<'c> StatementGuard<'c> {
    /// Takes a statement from the slot cache if there is one, otherwise from the connection's cache.
    pub(super) fn acquire(
        connection: &'c Connection,
        cache: Option<&mut StatementCache<'c>>,
        text: &SqliteSql,
    ) -> rusqlite::Result<Self> {
        let Some(cache) = cache else {
            return connection.prepare_cached(&text.sql).map(Self::Cached);
        };
        match cache.slot(text).take() {
            Some(statement) => Ok(Self::Pooled(statement)),
            None => connection.prepare(&text.sql).map(Self::Pooled),
        }
    }

    /// Returns the statement to the slot cache; one from the connection's cache returns on drop.
    pub(super) fn release(self, cache: Option<&mut StatementCache<'c>>, text: &SqliteSql) {
        if let (Self::Pooled(statement), Some(cache)) = (self, cache) {
            *cache.slot(text) = Some(statement);
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
