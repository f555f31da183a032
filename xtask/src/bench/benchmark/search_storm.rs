//! Latency of lists in one workspace while another one runs many searches.

use anyhow::{Context, Result};
use serde_json::json;

use super::message_dataset;
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;
use crate::bench::{BenchContext, parlor_command};

/// Concurrent searches.
const SEARCH_CONNECTIONS: usize = 16;
/// Concurrent lists.
const LIST_CONNECTIONS: usize = 4;
/// Number of conversations of the other workspace.
const CONVERSATIONS: usize = 100;
/// Search text: very many messages match the letters of the first word, none the second, so all of them are compared.
const NEEDLE: &str = "tra%20%7E";

/// Measures the p99 of lists; goal: less than twice the p99 without searches.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let dataset = message_dataset::prepare(bench, bench.large_rows)?;
    let server = BenchServer::start_parlor(bench, &dataset.data_dir, DiskSpeed::Normal)?;
    let other = parlor_command::create_workspace(bench, &dataset.data_dir, "Other")?;
    for n in 0..CONVERSATIONS {
        let mut create = list_plan(bench, &server, &other);
        "POST".clone_into(&mut create.method);
        create.paths = vec!["/api/v1/chats/".to_owned()];
        let body = json!({ "user_id": "u1", "title": format!("Conversation {n}") });
        create.body = Some(body.to_string());
        load::request_json(&create)?;
    }
    let (mut calm, mut stormy, mut searches) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        calm.push(server::run_load(bench, &list_plan(bench, &server, &other))?.p99_ms);
        let storm = LoadWorker::start(bench, "storm", &search_plan(bench, &server)?)?;
        stormy.push(server::run_load(bench, &list_plan(bench, &server, &other))?.p99_ms);
        searches.push(storm.wait_load_report(|| {})?.per_second);
    }
    server.stop()?;
    Ok(vec![
        TableRow::amount(
            format!("searches of one workspace, c={SEARCH_CONNECTIONS}: requests/s"),
            &searches,
        ),
        TableRow::amount(
            format!("list of another workspace, c={LIST_CONNECTIONS}: p99 ms"),
            &calm,
        ),
        TableRow::amount(
            format!("list of another workspace, c={LIST_CONNECTIONS}, beside them: p99 ms"),
            &stormy,
        ),
        TableRow::ratio_of(
            "list p99 beside a search storm of another workspace over without",
            &stormy,
            &calm,
        )
        .with_goal("", Goal::AtMost(2.0, None)),
    ])
}

fn search_plan(bench: &BenchContext, server: &BenchServer) -> Result<LoadPlan> {
    let workspace = &server.credentials.as_ref().context("no key")?.workspace_id;
    let path = format!("/api/v2/w/{workspace}/chats?search={NEEDLE}&pageSize=50");
    let mode = LoadMode::Repeat {
        connections: SEARCH_CONNECTIONS,
        warm: 0.0,
        // Slightly longer than the lists.
        seconds: bench.warmup_seconds + bench.seconds + 1.0,
        rate: None,
    };
    Ok(server.load_plan("GET", &path, "Authorization", mode))
}

fn list_plan(
    bench: &BenchContext,
    server: &BenchServer,
    other: &parlor_command::BenchWorkspace,
) -> LoadPlan {
    let mode = LoadMode::Repeat {
        connections: LIST_CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    };
    let path = format!("/api/v2/w/{}/chats?pageSize=20", other.workspace_id);
    let mut plan = server.load_plan("GET", &path, "Authorization", mode);
    plan.headers = [
        ("Authorization", format!("Bearer {}", other.api_key)),
        ("X-API-Key", other.api_key.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    plan
}
