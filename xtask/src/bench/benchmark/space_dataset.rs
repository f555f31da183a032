//! Data folder with many spaces.

use std::path::PathBuf;

use anyhow::Result;

use crate::bench::server::{BenchServer, DiskSpeed};
use crate::bench::{BenchContext, baseline, process, seed};

/// Data folder and its content.
pub(super) struct SpaceDataset {
    pub(super) data_dir: PathBuf,
    pub(super) database: PathBuf,
    /// See [`seed::SeededSpaces`].
    pub(super) deep_cursor_id: [u8; 16],
}

/// Creates the data once per benchmark run; later benchmarks reuse it.
pub(super) fn prepare(bench: &BenchContext, count: u64) -> Result<SpaceDataset> {
    let data = bench.run_dir.join(format!("spaces-{count}"));
    let database = data.join("parlor.db");
    let note = data.join("seeded");
    if let Ok(bytes) = std::fs::read(&note)
        && let Ok(deep) = bytes.try_into()
    {
        return Ok(SpaceDataset {
            data_dir: data,
            database,
            deep_cursor_id: deep,
        });
    }
    println!("bench: writing {count} spaces");
    process::create_private_dir(&data)?;
    if bench.floors_only {
        drop(baseline::create_database(&database)?);
    } else {
        BenchServer::start_parlor(bench, &data, DiskSpeed::Normal)?.stop()?;
    }
    let deep = seed::seed_spaces(&database, count)?.deep_cursor_id;
    std::fs::write(&note, deep)?;
    Ok(SpaceDataset {
        data_dir: data,
        database,
        deep_cursor_id: deep,
    })
}

/// Starts the baseline and, if measured, the server on the same data.
pub(super) fn start_servers(
    bench: &BenchContext,
    dataset: &SpaceDataset,
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
