//! New databases with the repository's SQLite schema, so that baseline and server write the same tables and indexes.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::Connection;

use crate::bench::clock;
use crate::run;

const MIGRATIONS: &str = "crates/store/src/backend/sqlite/migrations";

/// Row numbers that created rows refer to.
#[derive(Clone, Copy)]
pub(in crate::bench) struct BaselineTenant {
    pub(super) workspace: i64,
    pub(super) owner: i64,
    pub(super) subject: i64,
}

/// Opens a connection with durable commits. Foreign keys are not checked, as in the server.
pub(super) fn open_database(database: &Path) -> Result<Connection> {
    let connection = Connection::open(database)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;
         pragma cache_size = -32768; pragma temp_store = memory; pragma foreign_keys = off;",
    )?;
    Ok(connection)
}

/// Creates the tables, one workspace and two members.
pub(in crate::bench) fn create_database(database: &Path) -> Result<(Connection, BaselineTenant)> {
    let connection = open_database(database)?;
    let mut files: Vec<_> = std::fs::read_dir(run::repository_root().join(MIGRATIONS))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        connection
            .execute_batch(&std::fs::read_to_string(&file)?)
            .with_context(|| format!("{}", file.display()))?;
    }
    let now = clock::now_micros();
    let id = || clock::uuid_v7(now).into_bytes();
    let organization: i64 = connection.query_row(
        "insert into organization (id, name, created_at) values (?1, 'floor', ?2) returning number",
        (id(), now),
        |row| row.get(0),
    )?;
    let workspace: i64 = connection.query_row(
        "insert into workspace (id, organization, name, created_at) values (?1, ?2, 'floor', ?3) returning number",
        (id(), organization, now),
        |row| row.get(0),
    )?;
    let member = |name: &str| -> rusqlite::Result<i64> {
        connection.query_row(
            "insert into member (ws, id, kind, handle, external_id, created_at, updated_at)
             values (?1, ?2, 'person', ?3, ?3, ?4, ?4) returning number",
            (workspace, id(), name, now),
            |row| row.get(0),
        )
    };
    let (owner, subject) = (member("owner")?, member("user123")?);
    let tenant = BaselineTenant {
        workspace,
        owner,
        subject,
    };
    Ok((connection, tenant))
}
