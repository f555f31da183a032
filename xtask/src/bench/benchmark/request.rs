//! Cheapest request with an API key, compared with a server that neither stores nor checks anything.

use anyhow::Result;

use super::{LoadRuns, table_rows};
use crate::bench::BenchContext;
use crate::bench::load::LoadMode;
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};

const CONNECTIONS: usize = 64;

/// Measures goal P1: a request that checks a key and returns a short list. Also measures the key exchange, which parses
/// JSON, signs a token and returns four times as many bytes.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let baseline = BenchServer::start_baseline(bench, "http", None, DiskSpeed::Normal)?;
    let ours = match bench.floors_only {
        true => None,
        false => Some(BenchServer::start_parlor(
            bench,
            &bench.run_dir.join("request"),
            DiskSpeed::Normal,
        )?),
    };
    let (mut bare, mut list, mut exchange) = (
        LoadRuns::default(),
        LoadRuns::default(),
        LoadRuns::default(),
    );
    for _ in 0..bench.runs {
        run_side(bench, &baseline, BASELINE_PATH, &mut bare)?;
        if let Some(server) = &ours {
            run_side(bench, server, PARLOR_PATH, &mut list)?;
            let workspace = server.credentials.as_ref().map(|c| &c.workspace_id);
            let workspace = workspace.map_or("", String::as_str);
            let path = format!("/workspaces/{workspace}/generate-access-key-token");
            run_side(bench, server, &path, &mut exchange)?;
        }
    }
    baseline.stop()?;
    if let Some(server) = ours {
        server.stop()?;
    }
    let name = format!("cheapest authenticated request, c={CONNECTIONS}");
    let mut all = table_rows(&name, &bare, &list);
    all[0] = all[0]
        .clone()
        .with_goal("P1", Goal::AtLeast(0.70, Some(0.85)));
    let name = format!("key exchanged for a signed token, c={CONNECTIONS}");
    all.extend(table_rows(&name, &bare, &exchange));
    Ok(all)
}

/// Path that needs a key and nothing else.
const PARLOR_PATH: &str = "/api/v2/ai-models";
/// Only path of the baseline.
const BASELINE_PATH: &str = "/workspaces/floor/generate-access-key-token";

fn run_side(
    bench: &BenchContext,
    server: &BenchServer,
    path: &str,
    runs: &mut LoadRuns,
) -> Result<()> {
    let mode = LoadMode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    };
    let plan = if path == PARLOR_PATH {
        server.load_plan("GET", path, "Authorization", mode)
    } else {
        let mut plan = server.load_plan("POST", path, "x-api-key", mode);
        plan.body = Some("{}".to_owned());
        plan
    };
    runs.push(&server::run_load(bench, &plan)?);
    Ok(())
}
