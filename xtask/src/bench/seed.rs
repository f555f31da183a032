//! Many rows, written straight into the database of a stopped server: spaces here, messages in `talk`.

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

use super::clock;

pub(super) mod talk;
mod words;

const CONTACTS: u64 = 100;
/// 2025-01-01, one millisecond between two spaces.
const FIRST: i64 = 1_735_689_600_000_000;
const STEP: i64 = 1000;

/// What the figures need to know of the seeded rows.
pub(super) struct Seeded {
    /// The id of the last space of page 300, of 20 spaces each, newest first.
    pub(super) deep: [u8; 16],
}

/// A connection that writes fast; a seed that breaks off is written again.
fn open(database: &Path) -> Result<Connection> {
    let connection = Connection::open(database)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -262144;
         pragma foreign_keys = off;",
    )?;
    Ok(connection)
}

/// Writes so many spaces into the first workspace.
pub(super) fn spaces(database: &Path, count: u64) -> Result<Seeded> {
    let mut connection = open(database)?;
    let workspace: i64 =
        connection.query_row("select number from workspace order by number", (), |row| {
            row.get(0)
        })?;
    let mut contacts: Vec<i64> = Vec::new();
    for n in 0..CONTACTS {
        let id = clock::id(FIRST - STEP);
        contacts.push(connection.query_row(
            "insert into member (ws, id, kind, handle, name, created_at, updated_at)
             values (?1, ?2, 'contact', ?3, ?4, ?5, ?5) returning number",
            (
                workspace,
                id.as_bytes(),
                id.simple().to_string(),
                format!("Contact {n}"),
                FIRST,
            ),
            |row| row.get(0),
        )?);
    }
    let deep_place = count.saturating_sub(300 * 20);
    let mut deep = [0; 16];
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare(
            "insert into space (ws, id, name, description, contact, metadata, created_at, updated_at)
             values (?1, ?2, ?3, 'Dedicated space for support operations', ?4, ?5, ?6, ?6)",
        )?;
        for n in 0..count {
            let at = FIRST + i64::try_from(n)? * STEP;
            let id = clock::id(at).into_bytes();
            if n == deep_place {
                deep = id;
            }
            let contact = contacts[usize::try_from(n % CONTACTS)?];
            let metadata = "{\"department\":\"support\",\"priority\":\"high\"}";
            insert.execute((
                workspace,
                id,
                format!("Customer Support {n}"),
                contact,
                metadata,
                at,
            ))?;
        }
    }
    transaction.commit()?;
    connection.execute_batch("pragma wal_checkpoint(truncate);")?;
    Ok(Seeded { deep })
}
