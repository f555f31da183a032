//! What an empty server without clients holds.

use std::time::Duration;

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::server::{Disk, Server};
use crate::bench::table::{Goal, Line};

/// Time for what the start left behind to be given back.
const SETTLE: Duration = Duration::from_secs(3);

/// P21, of all resident memory; the private part of it stands beside.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let (mut resident, mut private) = (Vec::new(), Vec::new());
    for run in 0..bench.runs {
        let server = Server::ours(bench, &bench.dir.join(format!("idle-{run}")), Disk::AsItIs)?;
        std::thread::sleep(SETTLE);
        let reading = server.reading();
        resident.push(reading.resident_kib as f64 / 1024.0);
        private.push(reading.private_kib as f64 / 1024.0);
        server.stop()?;
    }
    Ok(vec![
        Line::amount("idle, empty: resident MiB", &resident)
            .goal("P21", Goal::AtMost(30.0, Some(15.0))),
        Line::amount("idle, empty: private MiB", &private),
    ])
}
