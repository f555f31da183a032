//! A server's data with many messages in it, and the search index made over them by the server itself.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::bench::seed::talk::{self, Talk};
use crate::bench::server::{Disk, Server};
use crate::bench::{Bench, bound, command, floor, process};

/// How long a large index may take.
const INDEXING: Duration = Duration::from_secs(3600);
/// A server that adds nothing to its index for so long will not.
const STALLED: Duration = Duration::from_secs(60);

/// Where the data stands, and what is in it.
#[derive(Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) data: PathBuf,
    pub(super) database: PathBuf,
    pub(super) talk: Talk,
    /// The UUID of a member of all conversations, where there is a server to make one.
    pub(super) reader: Option<String>,
    /// How the index was made, where there is one.
    pub(super) index: Option<Index>,
}

/// What indexing all of it took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) seconds: f64,
    pub(super) server_seconds: f64,
    pub(super) bytes_before: u64,
    pub(super) bytes_after: u64,
}

/// Makes the data once per run of the benchmark, and finds it again for the next figure.
pub(super) fn of_size(bench: &Bench, messages: u64) -> Result<Said> {
    let data = bench.dir.join(format!("messages-{messages}"));
    let note = data.join("seeded.json");
    if let Ok(bytes) = std::fs::read(&note) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    println!("bench: writing {messages} messages");
    let mut said = make(bench, &data, messages)?;
    if messages > 0 && !bench.floors_only {
        said.index = index(bench, &said)?;
    }
    std::fs::write(&note, serde_json::to_vec(&said)?)?;
    Ok(said)
}

/// The same, with an index that takes all of it for known: where nothing is searched for, none need be made.
pub(super) fn without_index(bench: &Bench, messages: u64) -> Result<Said> {
    let data = bench.dir.join(format!("unindexed-{messages}"));
    println!("bench: writing {messages} messages");
    let said = make(bench, &data, messages)?;
    let connection = Connection::open(&said.database)?;
    if has_index(&connection)? {
        connection.execute(
            "update search_position set indexed = (select max(number) from message) where noun = 'message'",
            (),
        )?;
    }
    Ok(said)
}

fn make(bench: &Bench, data: &Path, messages: u64) -> Result<Said> {
    let database = data.join("parlor.db");
    process::make_private_folder(data)?;
    let reader = if bench.floors_only {
        drop(floor::fresh(&database)?);
        None
    } else {
        Server::ours(bench, data, Disk::AsItIs)?.stop()?;
        Some(command::member(bench, data, "Reader")?)
    };
    let number = reader.as_ref().map(|(_, number)| *number);
    Ok(Said {
        talk: talk::write(&database, messages, number)?,
        data: data.to_owned(),
        database,
        reader: reader.map(|(id, _)| id),
        index: None,
    })
}

/// Has a server make the index, which it does beside its other work and at a modest pace.
fn index(bench: &Bench, said: &Said) -> Result<Option<Index>> {
    let size = || std::fs::metadata(&said.database).map(|file| file.len());
    let bytes_before = size()?;
    let begun = Instant::now();
    let server = Server::ours(bench, &said.data, Disk::AsItIs)?;
    let connection = Connection::open(&said.database)?;
    if !has_index(&connection)? {
        server.stop()?;
        return Ok(None);
    }
    let mut known = (0, Instant::now());
    bound::until("the search index", INDEXING, || {
        let (indexed, last) = position(&connection)?;
        if indexed != known.0 {
            known = (indexed, Instant::now());
        }
        ensure!(
            known.1.elapsed() < STALLED,
            "it stands at {indexed} of {last}"
        );
        Ok((indexed >= last).then_some(()))
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let server_seconds = server.reading().cpu_seconds;
    drop(connection);
    server.stop()?;
    let index = Index {
        seconds,
        server_seconds,
        bytes_before,
        bytes_after: size()?,
    };
    println!("bench: {index:?}");
    Ok(Some(index))
}

fn has_index(connection: &Connection) -> rusqlite::Result<bool> {
    let found: Option<i64> = connection
        .query_row(
            "select 1 from sqlite_schema where name = 'search_position'",
            (),
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.is_some())
}

/// The last message in the index, and the last there is.
fn position(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    connection.query_row(
        "select indexed, (select max(number) from message) from search_position where noun = 'message'",
        (),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A copy to write into, so that every run begins alike.
pub(super) fn copy(said: &Said, into: &Path) -> Result<()> {
    process::make_private_folder(into)?;
    for entry in std::fs::read_dir(&said.data)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), into.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Both servers on the same rows: the floor first, ours where there is one.
pub(super) fn servers(bench: &Bench, said: &Said) -> Result<Vec<Server>> {
    let mut servers = vec![Server::floor(
        bench,
        "read",
        Some(&said.database),
        Disk::AsItIs,
    )?];
    if !bench.floors_only {
        servers.push(Server::ours(bench, &said.data, Disk::AsItIs)?);
    }
    Ok(servers)
}
