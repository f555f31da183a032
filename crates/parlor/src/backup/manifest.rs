//! First entry of an archive: what it holds.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Version of the archive's form. A program reads the versions up to its own.
pub(super) const FORMAT_VERSION: u32 = 1;

/// Content of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub(super) format: u32,
    /// Version of that program.
    pub(super) version: String,
    /// Time of the snapshot.
    pub(super) created_at: String,
    /// Number of the database's newest migration.
    pub(super) migration: i64,
    /// Bytes of the database.
    pub(super) database_bytes: u64,
    /// Numbers of rows, by table.
    pub(super) rows: Map<String, Value>,
    /// Number of files outside of the database.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) file_bytes: u64,
    /// Number of files whose bytes were missing when the backup was made.
    pub(super) missing_files: u64,
    /// Short fingerprint of the master key that the database needs.
    pub(super) master_key_fingerprint: Option<String>,
    /// Whether the archive holds that key.
    pub(super) has_master_key: bool,
}
