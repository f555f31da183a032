//! Seeding: rows that are written directly into the database of a stopped server. Spaces are here, messages in
//! [`messages`].

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

use super::clock;

pub(super) mod messages;
mod vocabulary;

const CONTACT_COUNT: u64 = 100;
/// Creation time of the first space: 2025-01-01. Spaces are one millisecond apart.
const FIRST_CREATED_AT: i64 = 1_735_689_600_000_000;
const CREATED_AT_STEP: i64 = 1000;

/// Properties of the seeded spaces.
pub(super) struct SeededSpaces {
    /// Id of the last space of page 300 (20 spaces per page, newest first).
    pub(super) deep_cursor_id: [u8; 16],
}

/// Opens a connection with fast, non-durable writes; an interrupted seed is repeated.
fn open(database: &Path) -> Result<Connection> {
    let connection = Connection::open(database)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -262144;
         pragma foreign_keys = off;",
    )?;
    Ok(connection)
}

/// Writes spaces into the first workspace.
pub(super) fn seed_spaces(database: &Path, count: u64) -> Result<SeededSpaces> {
    let mut connection = open(database)?;
    let workspace: i64 =
        connection.query_row("select number from workspace order by number", (), |row| {
            row.get(0)
        })?;
    let mut contacts: Vec<i64> = Vec::new();
    for n in 0..CONTACT_COUNT {
        let id = clock::uuid_v7(FIRST_CREATED_AT - CREATED_AT_STEP);
        contacts.push(connection.query_row(
            "insert into member (ws, id, kind, handle, name, created_at, updated_at)
             values (?1, ?2, 'contact', ?3, ?4, ?5, ?5) returning number",
            (
                workspace,
                id.as_bytes(),
                id.simple().to_string(),
                format!("Contact {n}"),
                FIRST_CREATED_AT,
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
            let at = FIRST_CREATED_AT + i64::try_from(n)? * CREATED_AT_STEP;
            let id = clock::uuid_v7(at).into_bytes();
            if n == deep_place {
                deep = id;
            }
            let contact = contacts[usize::try_from(n % CONTACT_COUNT)?];
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
    Ok(SeededSpaces {
        deep_cursor_id: deep,
    })
}
