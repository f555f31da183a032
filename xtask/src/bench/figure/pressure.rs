//! What a create feels of an export that runs beside it.

use anyhow::Result;

use super::{create, dataset};
use crate::bench::Bench;
use crate::bench::client::Client;
use crate::bench::load::Mode;
use crate::bench::server::{self, Disk, Server};
use crate::bench::table::{Goal, Line};

const RATE: f64 = 1000.0;
const CONNECTIONS: usize = 64;

/// The second half of P14.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let dataset = dataset::of_size(bench, bench.large)?;
    let server = Server::ours(bench, &dataset.data, Disk::AsItIs)?;
    let (mut calm, mut pressed) = (Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        calm.push(storm(bench, &server)?);
        let seconds = bench.warm + bench.seconds + 1.0;
        let mut order = server.order(
            "GET",
            "/api/v1/space/export",
            "Authorization",
            Mode::Stream { seconds },
        );
        order
            .headers
            .insert("Accept".to_owned(), "application/jsonl".to_owned());
        let export = Client::start(bench, "export", &order)?;
        pressed.push(storm(bench, &server)?);
        export.finish(|| {})?;
    }
    server.stop()?;
    Ok(vec![
        Line::amount(format!("create at {RATE}/s: p99 ms"), &calm),
        Line::amount(
            format!("create at {RATE}/s while an export runs: p99 ms"),
            &pressed,
        ),
        Line::quotient("create p99 with an export over without", &pressed, &calm)
            .goal("P14", Goal::AtMost(3.0, Some(2.0))),
    ])
}

fn storm(bench: &Bench, server: &Server) -> Result<f64> {
    let mode = Mode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: Some(RATE),
    };
    Ok(server::run(bench, &create::order(server, mode))?.p99_ms)
}
