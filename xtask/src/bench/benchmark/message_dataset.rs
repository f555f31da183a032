//! A server's data with many messages in it, and the search index made over them by the server itself.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::bench::seed::messages::{self, SeededMessages};
use crate::bench::server::{BenchServer, DiskSpeed};
use crate::bench::{BenchContext, baseline, parlor_command, process, wait};

/// How long a large index may take.
const INDEX_TIMEOUT: Duration = Duration::from_secs(3600);
/// A server that adds nothing to its index for so long will not.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);

/// Where the data stands, and what is in it.
#[derive(Serialize, Deserialize)]
pub(super) struct MessageDataset {
    pub(super) data_dir: PathBuf,
    pub(super) database: PathBuf,
    pub(super) seeded: SeededMessages,
    /// The UUID of a member of all conversations, where there is a server to make one.
    pub(super) reader: Option<String>,
    /// How the index was made, where there is one.
    pub(super) index: Option<IndexCost>,
}

/// What indexing all of it took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct IndexCost {
    pub(super) seconds: f64,
    pub(super) server_seconds: f64,
    pub(super) bytes_before: u64,
    pub(super) bytes_after: u64,
}

/// Makes the data once per run of the benchmark, and finds it again for the next figure.
pub(super) fn prepare(bench: &BenchContext, messages: u64) -> Result<MessageDataset> {
    let data = bench.run_dir.join(format!("messages-{messages}"));
    let note = data.join("seeded.json");
    if let Ok(bytes) = std::fs::read(&note) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    println!("bench: writing {messages} messages");
    let mut said = create(bench, &data, messages)?;
    if messages > 0 && !bench.floors_only {
        said.index = build_index(bench, &said)?;
    }
    std::fs::write(&note, serde_json::to_vec(&said)?)?;
    Ok(said)
}

/// The same, with an index that takes all of it for known: where nothing is searched for, none need be made.
pub(super) fn prepare_without_index(bench: &BenchContext, messages: u64) -> Result<MessageDataset> {
    let data = bench.run_dir.join(format!("unindexed-{messages}"));
    println!("bench: writing {messages} messages");
    let said = create(bench, &data, messages)?;
    let connection = Connection::open(&said.database)?;
    if has_index(&connection)? {
        connection.execute(
            "update search_position set indexed = (select max(number) from message) where noun = 'message'",
            (),
        )?;
    }
    Ok(said)
}

fn create(bench: &BenchContext, data: &Path, messages: u64) -> Result<MessageDataset> {
    let database = data.join("parlor.db");
    process::create_private_dir(data)?;
    let reader = if bench.floors_only {
        drop(baseline::create_database(&database)?);
        None
    } else {
        BenchServer::start_parlor(bench, data, DiskSpeed::Normal)?.stop()?;
        Some(parlor_command::create_member(bench, data, "Reader")?)
    };
    let number = reader.as_ref().map(|(_, number)| *number);
    Ok(MessageDataset {
        seeded: messages::seed_messages(&database, messages, number)?,
        data_dir: data.to_owned(),
        database,
        reader: reader.map(|(id, _)| id),
        index: None,
    })
}

/// Has a server make the index, which it does beside its other work and at a modest pace.
fn build_index(bench: &BenchContext, said: &MessageDataset) -> Result<Option<IndexCost>> {
    let size = || std::fs::metadata(&said.database).map(|file| file.len());
    let bytes_before = size()?;
    let begun = Instant::now();
    let server = BenchServer::start_parlor(bench, &said.data_dir, DiskSpeed::Normal)?;
    let connection = Connection::open(&said.database)?;
    if !has_index(&connection)? {
        server.stop()?;
        return Ok(None);
    }
    let mut known = (0, Instant::now());
    wait::wait_until("the search index", INDEX_TIMEOUT, || {
        let (indexed, last) = index_position(&connection)?;
        if indexed != known.0 {
            known = (indexed, Instant::now());
        }
        ensure!(
            known.1.elapsed() < STALL_TIMEOUT,
            "it stands at {indexed} of {last}"
        );
        Ok((indexed >= last).then_some(()))
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let server_seconds = server.usage().cpu_seconds;
    drop(connection);
    server.stop()?;
    let index = IndexCost {
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
fn index_position(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    connection.query_row(
        "select indexed, (select max(number) from message) from search_position where noun = 'message'",
        (),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A copy to write into, so that every run begins alike.
pub(super) fn copy_database(said: &MessageDataset, into: &Path) -> Result<()> {
    process::create_private_dir(into)?;
    for entry in std::fs::read_dir(&said.data_dir)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), into.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Both servers on the same rows: the floor first, ours where there is one.
pub(super) fn start_servers(
    bench: &BenchContext,
    said: &MessageDataset,
) -> Result<Vec<BenchServer>> {
    let mut servers = vec![BenchServer::start_baseline(
        bench,
        "read",
        Some(&said.database),
        DiskSpeed::Normal,
    )?];
    if !bench.floors_only {
        servers.push(BenchServer::start_parlor(
            bench,
            &said.data_dir,
            DiskSpeed::Normal,
        )?);
    }
    Ok(servers)
}
