//! Searches for the same few messages among few and among many messages, and the cost of the index.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::LoadRuns;
use super::message_dataset::{self, MessageDataset};
use crate::bench::BenchContext;
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::seed::messages::{MESSAGES_PER_NEEDLE, NEEDLES};
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};

const CONNECTIONS: usize = 16;

/// Kinds of search request.
const SEARCH_KINDS: [&str; 2] = ["conversations", "space"];

/// Runs by kind and needle.
type SearchRuns = [[LoadRuns; NEEDLES.len()]; SEARCH_KINDS.len()];

/// Measures the growth of the time per request; goal: less than a third for a hundred times as many messages.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let (small, few) = run_searches(bench, bench.small_rows)?;
    let (large, many) = run_searches(bench, bench.large_rows)?;
    let mut all = Vec::new();
    for (way, name) in SEARCH_KINDS.iter().enumerate() {
        for (n, needle) in NEEDLES.iter().enumerate() {
            let what = format!("search of {name} for {needle}");
            for (count, runs) in [
                (bench.small_rows, &small[way][n]),
                (bench.large_rows, &large[way][n]),
            ] {
                let what = format!("{what} in {count} messages, c={CONNECTIONS}");
                all.extend([
                    TableRow::amount(format!("{what}: requests/s"), &runs.per_second),
                    TableRow::amount(format!("{what}: p99 ms"), &runs.p99_ms),
                ]);
            }
            // In a closed loop, time per request = connections / requests per second.
            all.push(
                TableRow::ratio_of(
                    format!("{what}: time in the large database over the small"),
                    &small[way][n].per_second,
                    &large[way][n].per_second,
                )
                .with_goal("", Goal::AtMost(1.3, None)),
            );
        }
    }
    for (count, dataset) in [(bench.small_rows, few), (bench.large_rows, many)] {
        let index = dataset.index.context("no index was made")?;
        let grown = index.bytes_after.saturating_sub(index.bytes_before) as f64;
        let what = format!("search index of {count} messages");
        all.extend([
            TableRow::amount(format!("{what}: seconds until complete"), &[index.seconds]),
            TableRow::amount(format!("{what}: CPU seconds"), &[index.server_seconds]),
            TableRow::amount(format!("{what}: MB"), &[grown / 1e6]),
            TableRow::amount(
                format!("{what}: share of the file without it"),
                &[grown / index.bytes_before as f64],
            ),
        ]);
    }
    Ok(all)
}

fn run_searches(bench: &BenchContext, count: u64) -> Result<(SearchRuns, MessageDataset)> {
    let dataset = message_dataset::prepare(bench, count)?;
    let server = BenchServer::start_parlor(bench, &dataset.data_dir, DiskSpeed::Normal)?;
    let token = exchange_key(bench, &server)?;
    let mut all = SearchRuns::default();
    for _ in 0..bench.runs {
        for (n, needle) in NEEDLES.iter().enumerate() {
            for (way, runs) in all.iter_mut().enumerate() {
                let (plan, least) = if way == 0 {
                    (
                        conversation_search_plan(bench, &server, needle)?,
                        MESSAGES_PER_NEEDLE,
                    )
                } else {
                    (
                        space_search_plan(bench, &server, &dataset, &token, needle)?,
                        10,
                    )
                };
                let found = hit_count(way, &load::request_json(&plan)?);
                ensure!(
                    u64::try_from(found)? == least,
                    "{} for {needle}: {found} found",
                    SEARCH_KINDS[way]
                );
                runs[n].push(&server::run_load(bench, &plan)?);
            }
        }
    }
    server.stop()?;
    Ok((all, dataset))
}

fn hit_count(way: usize, answer: &Value) -> usize {
    let list = if way == 0 {
        &answer["items"]
    } else {
        &answer["spaceKnowledgeResults"]
    };
    list.as_array().map_or(0, Vec::len)
}

fn conversation_search_plan(
    bench: &BenchContext,
    server: &BenchServer,
    needle: &str,
) -> Result<LoadPlan> {
    let workspace = &server.credentials.as_ref().context("no key")?.workspace_id;
    let path = format!("/api/v2/w/{workspace}/chats?search={needle}&pageSize=50");
    Ok(server.load_plan("GET", &path, "Authorization", load_mode(bench)))
}

fn space_search_plan(
    bench: &BenchContext,
    server: &BenchServer,
    dataset: &MessageDataset,
    token: &str,
    needle: &str,
) -> Result<LoadPlan> {
    let credentials = server.credentials.as_ref().context("no key")?;
    let path = format!(
        "/v1/workspaces/{}/spaces/{}/rag",
        credentials.workspace_id, dataset.seeded.space
    );
    let mut plan = server.load_plan("POST", &path, "", load_mode(bench));
    plan.headers = [
        ("Authorization".to_owned(), format!("Bearer {token}")),
        (
            "organizationid".to_owned(),
            credentials.organization_id.clone(),
        ),
    ]
    .into();
    plan.body = Some(json!({ "text": needle, "topK": 10 }).to_string());
    Ok(plan)
}

/// Exchanges the API key for a token.
fn exchange_key(bench: &BenchContext, server: &BenchServer) -> Result<String> {
    let workspace = &server.credentials.as_ref().context("no key")?.workspace_id;
    let path = format!("/workspaces/{workspace}/generate-access-key-token");
    let mut plan = server.load_plan("POST", &path, "x-api-key", load_mode(bench));
    plan.body = Some("{}".to_owned());
    let answer = load::request_json(&plan)?;
    let token = answer["token"].as_str().context("no token was given")?;
    Ok(token.to_owned())
}

fn load_mode(bench: &BenchContext) -> LoadMode {
    LoadMode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    }
}
