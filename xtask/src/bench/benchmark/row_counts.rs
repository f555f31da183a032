//! Row counts of databases, to verify that the baseline writes the same rows as the server.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

const TABLES: [&str; 8] = [
    "conversation",
    "participant",
    "log_entry",
    "message",
    "mention",
    "idempotency",
    "audit",
    "member",
];

/// Number of rows by table.
#[derive(Debug, Clone)]
pub(super) struct RowCounts(BTreeMap<&'static str, f64>);

/// Counts the rows of all tables.
pub(super) fn count_rows(database: &Path) -> Result<RowCounts> {
    let connection = Connection::open(database)?;
    let mut rows = BTreeMap::new();
    for table in TABLES {
        let text = format!("select count(*) from {table}");
        let count: u32 = connection.query_row(&text, (), |row| row.get(0))?;
        rows.insert(table, f64::from(count));
    }
    Ok(RowCounts(rows))
}

impl RowCounts {
    /// Subtracts earlier counts.
    pub(super) fn minus(mut self, earlier: &RowCounts) -> Self {
        for (table, count) in &mut self.0 {
            *count -= earlier.0.get(table).copied().unwrap_or(0.0);
        }
        self
    }

    /// Formats the rows of each other table per row of one table.
    pub(super) fn per_row_of(&self, one: &str) -> String {
        let whole = self.0.get(one).copied().unwrap_or(0.0);
        let mut text = format!("{whole} rows of {one}");
        for (table, count) in self.0.iter().filter(|(table, _)| **table != one) {
            let _ = write!(text, ", {table} {:.2}", count / whole);
        }
        text
    }
}
