//! The cheapest request that needs a key, beside a server that stores nothing and checks nothing.

use anyhow::Result;

use super::{Runs, lines};
use crate::bench::Bench;
use crate::bench::load::Mode;
use crate::bench::server::{self, Disk, Server};
use crate::bench::table::{Goal, Line};

const CONNECTIONS: usize = 64;

/// P1.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let mut servers = vec![Server::floor(bench, "http", None, Disk::AsItIs)?];
    if !bench.floors_only {
        servers.push(Server::ours(
            bench,
            &bench.dir.join("request"),
            Disk::AsItIs,
        )?);
    }
    let mut runs = [Runs::default(), Runs::default()];
    for _ in 0..bench.runs {
        for (server, runs) in servers.iter().zip(&mut runs) {
            let workspace = server
                .credentials
                .as_ref()
                .map_or("floor", |c| c.workspace_id.as_str());
            let path = format!("/workspaces/{workspace}/generate-access-key-token");
            let mode = Mode::Repeat {
                connections: CONNECTIONS,
                warm: bench.warm,
                seconds: bench.seconds,
                rate: None,
            };
            let mut order = server.order("POST", &path, "x-api-key", mode);
            order.body = Some("{}".to_owned());
            runs.push(&server::run(bench, &order)?);
        }
    }
    for server in servers {
        server.stop()?;
    }
    let [floor, ours] = runs;
    let mut lines = lines(
        &format!("cheapest authenticated request, c={CONNECTIONS}"),
        &floor,
        &ours,
    );
    lines[0] = lines[0].clone().goal("P1", Goal::AtLeast(0.70, Some(0.85)));
    Ok(lines)
}
