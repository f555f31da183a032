//! Inspection of a database file that no process has open.

use std::path::Path;

use parlor_model::file::{ContentHash, Location};
use parlor_model::{Error, Result, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use uuid::Uuid;

use super::connection::{configure, statement_error};
use super::schema::check_migrations;
use crate::database_report::{DatabaseReport, StoredContent};

/// Number of faults that are reported.
const MAX_FAULTS: usize = 20;

/// Tables whose rows are counted.
const COUNTED_TABLES: [&str; 7] = [
    "workspace",
    "member",
    "space",
    "conversation",
    "message",
    "log_entry",
    "file",
];

/// Conversations whose log is not gap-free from 1 to its head.
const BROKEN_LOGS: &str = "select count(*) from conversation c where c.last_seq <>
    (select count(*) from message m where m.ws = c.ws and m.conversation = c.number)
    + (select count(*) from log_entry e where e.ws = c.ws and e.conversation = c.number)";

pub(super) fn inspect(path: &Path, visit: &mut dyn FnMut(StoredContent)) -> Result<DatabaseReport> {
    let connection = open_unchanged(path)?;
    check_migrations(&connection)?;
    let failure = |error: rusqlite::Error| statement_error("inspect", &error);
    let mut faults = find_faults(&connection).map_err(failure)?;
    let broken: i64 = connection
        .query_row(BROKEN_LOGS, (), |row| row.get(0))
        .map_err(failure)?;
    if broken > 0 {
        faults.push(format!("{broken} conversations whose log has a gap"));
    }
    let mut rows = Vec::new();
    for table in COUNTED_TABLES {
        let count = format!("select count(*) from {table}");
        let count: i64 = connection
            .query_row(&count, (), |row| row.get(0))
            .map_err(failure)?;
        rows.push((table, count.unsigned_abs()));
    }
    let newest_migration: i64 = connection
        .query_row("select max(number) from migration", (), |row| row.get(0))
        .map_err(failure)?;
    visit_contents(&connection, visit)?;
    let fingerprint: Option<Vec<u8>> = connection
        .query_row("select fingerprint from instance", (), |row| row.get(0))
        .optional()
        .map_err(failure)?;
    Ok(DatabaseReport {
        faults,
        rows,
        newest_migration,
        fingerprint,
    })
}

/// Opens a file without writing beside it: no journal and no shared memory.
fn open_unchanged(path: &Path) -> Result<Connection> {
    let mut name = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => name.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => name.push(char::from(*byte)),
            byte => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(name, flags)
        .map_err(|error| statement_error("open", &error))?;
    configure(&connection)?;
    Ok(connection)
}

fn find_faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults: Vec<String> = connection
        .prepare(&format!("pragma integrity_check({MAX_FAULTS})"))?
        .query_map((), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    faults.retain(|fault| fault != "ok");
    let dangling: i64 =
        connection.query_row("select count(*) from pragma_foreign_key_check", (), |row| {
            row.get(0)
        })?;
    if dangling > 0 {
        faults.push(format!(
            "{dangling} rows refer to a row that does not exist"
        ));
    }
    Ok(faults)
}

fn visit_contents(connection: &Connection, visit: &mut dyn FnMut(StoredContent)) -> Result<()> {
    let failure = |error: rusqlite::Error| statement_error("contents", &error);
    // A content whose bytes are rows has them in the database file.
    let mut statement = connection
        .prepare(
            "select c.ws, c.hash, c.size, c.location from file_content c where not exists
                (select 1 from file_chunk k where k.ws = c.ws and k.location = c.location)
             order by c.number",
        )
        .map_err(failure)?;
    let mut rows = statement.query(()).map_err(failure)?;
    while let Some(row) = rows.next().map_err(failure)? {
        let (hash, location): (Vec<u8>, Vec<u8>) =
            (row.get(1).map_err(failure)?, row.get(3).map_err(failure)?);
        let size: i64 = row.get(2).map_err(failure)?;
        let hash =
            <[u8; 32]>::try_from(hash).map_err(|_| Error::internal("a hash of a content"))?;
        visit(StoredContent {
            location: Location {
                ws: row.get(0).map_err(failure)?,
                id: Uuid::from_slice(&location).map_err(Error::internal)?,
            },
            hash: ContentHash(hash),
            size: size.unsigned_abs(),
        });
    }
    Ok(())
}

/// Changes the time that the epoch of the logs is made of, in a file that no process has open.
pub(super) fn set_initialized_at(path: &Path, at: Timestamp) -> Result<()> {
    let failure = |error: rusqlite::Error| statement_error("epoch", &error);
    let connection = Connection::open(path).map_err(failure)?;
    configure(&connection)?;
    connection
        .execute("update instance set created_at = ?1", [at.micros()])
        .map_err(failure)?;
    // Leaves one file.
    connection
        .query_row("pragma wal_checkpoint(truncate)", (), |_| Ok(()))
        .map_err(failure)
}
