//! A server's data with many spaces in it.

use std::path::PathBuf;

use anyhow::Result;

use crate::bench::server::{Disk, Server};
use crate::bench::{Bench, floor, process, seed};

/// Where the data stands.
pub(super) struct Dataset {
    pub(super) data: PathBuf,
    pub(super) database: PathBuf,
    /// See [`seed::Seeded`].
    pub(super) deep: [u8; 16],
}

/// Makes the data once per run of the benchmark, and finds it again for the next figure.
pub(super) fn of_size(bench: &Bench, count: u64) -> Result<Dataset> {
    let data = bench.dir.join(format!("spaces-{count}"));
    let database = data.join("parlor.db");
    let note = data.join("seeded");
    if let Ok(bytes) = std::fs::read(&note)
        && let Ok(deep) = bytes.try_into()
    {
        return Ok(Dataset {
            data,
            database,
            deep,
        });
    }
    println!("bench: writing {count} spaces");
    process::make_private_folder(&data)?;
    if bench.floors_only {
        drop(floor::fresh(&database)?);
    } else {
        Server::ours(bench, &data, Disk::AsItIs)?.stop()?;
    }
    let deep = seed::spaces(&database, count)?.deep;
    std::fs::write(&note, deep)?;
    Ok(Dataset {
        data,
        database,
        deep,
    })
}

/// Both servers on the same rows: the floor first, ours where there is one.
pub(super) fn servers(bench: &Bench, dataset: &Dataset) -> Result<Vec<Server>> {
    let mut servers = vec![Server::floor(
        bench,
        "read",
        Some(&dataset.database),
        Disk::AsItIs,
    )?];
    if !bench.floors_only {
        servers.push(Server::ours(bench, &dataset.data, Disk::AsItIs)?);
    }
    Ok(servers)
}
