//! Memory of an empty server without clients.

use std::time::Duration;

use anyhow::Result;

use crate::bench::BenchContext;
use crate::bench::server::{BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};

/// Delay until memory used during startup has been released.
const SETTLE_TIME: Duration = Duration::from_secs(3);

/// Measures goal P21 (resident memory), and private memory.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let (mut resident, mut private) = (Vec::new(), Vec::new());
    for run in 0..bench.runs {
        let server = BenchServer::start_parlor(
            bench,
            &bench.run_dir.join(format!("idle-{run}")),
            DiskSpeed::Normal,
        )?;
        std::thread::sleep(SETTLE_TIME);
        let reading = server.usage();
        resident.push(reading.resident_kib as f64 / 1024.0);
        private.push(reading.private_kib as f64 / 1024.0);
        server.stop()?;
    }
    Ok(vec![
        TableRow::amount("idle, empty: resident MiB", &resident)
            .with_goal("P21", Goal::AtMost(30.0, Some(15.0))),
        TableRow::amount("idle, empty: private MiB", &private),
    ])
}
