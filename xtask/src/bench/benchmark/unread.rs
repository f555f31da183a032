//! Unread counts of a member of a thousand conversations: the list and the sum, among few and among many messages.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{LoadRuns, message_dataset};
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::seed::messages::{CONVERSATION_COUNT, UNREAD_PER_CONVERSATION};
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};
use crate::bench::{BenchContext, parlor_command};

const CONNECTIONS: usize = 64;

const REQUESTS: [(&str, &str); 2] = [
    ("list of 20", "/api/v1/userChannels/list?limit=20"),
    ("sum", "/api/v1/message/unreadCount"),
];

/// Measures the same number of unread messages in both datasets; read messages should cost nothing.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let small = run_requests(bench, bench.small_rows)?;
    let large = run_requests(bench, bench.large_rows)?;
    let mut all = Vec::new();
    for (n, (what, _)) in REQUESTS.into_iter().enumerate() {
        for (count, runs) in [(bench.small_rows, &small[n]), (bench.large_rows, &large[n])] {
            let what = format!(
                "unread of {CONVERSATION_COUNT} conversations, {what}, {count} messages, c={CONNECTIONS}"
            );
            all.extend([
                TableRow::amount(format!("{what}: requests/s"), &runs.per_second),
                TableRow::amount(format!("{what}: p99 ms"), &runs.p99_ms),
                TableRow::amount(format!("{what}: server µs/request"), &runs.server_us),
            ]);
        }
        all.push(
            TableRow::ratio_of(
                format!("unread, {what}: large database over small"),
                &large[n].per_second,
                &small[n].per_second,
            )
            .with_goal("P9", Goal::AtLeast(0.80, Some(0.9))),
        );
    }
    Ok(all)
}

fn run_requests(bench: &BenchContext, count: u64) -> Result<[LoadRuns; 2]> {
    let dataset = message_dataset::prepare(bench, count)?;
    let reader = dataset.reader.as_deref().context("no reader")?;
    let server = BenchServer::start_parlor(bench, &dataset.data_dir, DiskSpeed::Normal)?;
    let token = parlor_command::create_token(bench, &dataset.data_dir, reader)?;
    let mut all = <[LoadRuns; 2]>::default();
    for _ in 0..bench.runs {
        for (n, ((_, path), runs)) in REQUESTS.into_iter().zip(&mut all).enumerate() {
            let plan = request_plan(bench, &server, path, &token);
            // This dialect returns 200 even for errors.
            let answer = load::request_json(&plan)?;
            ensure!(is_expected(n, &answer["data"]), "{path}: {answer}");
            runs.push(&server::run_load(bench, &plan)?);
        }
    }
    server.stop()?;
    Ok(all)
}

fn is_expected(n: usize, data: &Value) -> bool {
    let conversations = i64::try_from(CONVERSATION_COUNT).unwrap_or(0);
    match n {
        0 => data["list"].as_array().is_some_and(|list| {
            list.len() == 20
                && list
                    .iter()
                    .all(|one| one["unreadMessageCount"] == UNREAD_PER_CONVERSATION)
        }),
        _ => data["unreadCount"] == UNREAD_PER_CONVERSATION * conversations,
    }
}

fn request_plan(bench: &BenchContext, server: &BenchServer, path: &str, token: &str) -> LoadPlan {
    let mode = LoadMode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    };
    let mut plan = server.load_plan("GET", path, "ApiKey", mode);
    plan.headers
        .insert("Authorization".to_owned(), format!("Bearer {token}"));
    plan
}
