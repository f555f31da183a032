//! Data folder with many messages, and the search index that the server has built over them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::bench::seed::messages::{self, SeededMessages};
use crate::bench::server::{BenchServer, DiskSpeed};
use crate::bench::{BenchContext, baseline, parlor_command, process, wait};

/// Maximum time to build the index.
const INDEX_TIMEOUT: Duration = Duration::from_secs(3600);
/// Maximum time without progress of the index.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);

/// Data folder and its content.
#[derive(Serialize, Deserialize)]
pub(super) struct MessageDataset {
    pub(super) data_dir: PathBuf,
    pub(super) database: PathBuf,
    pub(super) seeded: SeededMessages,
    /// UUID of a member of all conversations; `None` in runs without the server.
    pub(super) reader: Option<String>,
    /// Cost of building the index; `None` without an index.
    pub(super) index: Option<IndexCost>,
}

/// Cost of building the index.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct IndexCost {
    pub(super) seconds: f64,
    pub(super) server_seconds: f64,
    pub(super) bytes_before: u64,
    pub(super) bytes_after: u64,
}

/// Creates the data once per benchmark run; later benchmarks reuse it.
pub(super) fn prepare(bench: &BenchContext, messages: u64) -> Result<MessageDataset> {
    let data = bench.run_dir.join(format!("messages-{messages}"));
    let note = data.join("seeded.json");
    if let Ok(bytes) = std::fs::read(&note) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    println!("bench: writing {messages} messages");
    let mut dataset = create(bench, &data, messages)?;
    if messages > 0 && !bench.floors_only {
        dataset.index = build_index(bench, &dataset)?;
    }
    std::fs::write(&note, serde_json::to_vec(&dataset)?)?;
    Ok(dataset)
}

/// Creates the data and marks it as indexed, for benchmarks that do not search.
pub(super) fn prepare_without_index(bench: &BenchContext, messages: u64) -> Result<MessageDataset> {
    let data = bench.run_dir.join(format!("unindexed-{messages}"));
    println!("bench: writing {messages} messages");
    let dataset = create(bench, &data, messages)?;
    let connection = Connection::open(&dataset.database)?;
    if has_index(&connection)? {
        connection.execute(
            "update search_position set indexed = (select max(number) from message) where noun = 'message'",
            (),
        )?;
    }
    Ok(dataset)
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

/// Starts a server and waits until it has built the index.
fn build_index(bench: &BenchContext, dataset: &MessageDataset) -> Result<Option<IndexCost>> {
    let size = || std::fs::metadata(&dataset.database).map(|file| file.len());
    let bytes_before = size()?;
    let begun = Instant::now();
    let server = BenchServer::start_parlor(bench, &dataset.data_dir, DiskSpeed::Normal)?;
    let connection = Connection::open(&dataset.database)?;
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

/// Returns the numbers of the last indexed and the last existing message.
fn index_position(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    connection.query_row(
        "select indexed, (select max(number) from message) from search_position where noun = 'message'",
        (),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Copies the data, so that every run starts in the same state.
pub(super) fn copy_database(dataset: &MessageDataset, into: &Path) -> Result<()> {
    process::create_private_dir(into)?;
    for entry in std::fs::read_dir(&dataset.data_dir)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), into.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Starts the baseline and, if measured, the server on the same data.
pub(super) fn start_servers(
    bench: &BenchContext,
    dataset: &MessageDataset,
) -> Result<Vec<BenchServer>> {
    let mut servers = vec![BenchServer::start_baseline(
        bench,
        "read",
        Some(&dataset.database),
        DiskSpeed::Normal,
    )?];
    if !bench.floors_only {
        servers.push(BenchServer::start_parlor(
            bench,
            &dataset.data_dir,
            DiskSpeed::Normal,
        )?);
    }
    Ok(servers)
}
