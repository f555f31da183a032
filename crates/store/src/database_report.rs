//! What is found in a database file, and what follows its copy.

use std::ops::ControlFlow;

use parlor_model::file::{ContentHash, Location};

/// Called with the bytes that are copied and all bytes, after each step of a copy; may end the copy.
pub type SnapshotObserver<'o> = &'o mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// A content whose bytes are outside of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredContent {
    /// Where its bytes are.
    pub location: Location,
    /// Hash of its bytes.
    pub hash: ContentHash,
    /// Number of its bytes.
    pub size: u64,
}

/// What was found in a database file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseReport {
    /// Faults; empty for a sound database. No fault has a text of a row.
    pub faults: Vec<String>,
    /// Numbers of rows, by table.
    pub rows: Vec<(&'static str, u64)>,
    /// Number of the newest migration.
    pub newest_migration: i64,
    /// Fingerprint of the master key; `None` before the first start has ended.
    pub fingerprint: Option<Vec<u8>>,
}
