//! Finding the same few messages among few and among many, and what the index cost.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Runs;
use super::talk::{self, Said};
use crate::bench::Bench;
use crate::bench::load::{self, Mode, Order};
use crate::bench::seed::talk::{HITS, NEEDLES};
use crate::bench::server::{self, Disk, Server};
use crate::bench::table::{Goal, Line};

const CONNECTIONS: usize = 16;

/// The ways to ask.
const WAYS: [&str; 2] = ["conversations", "space"];

/// By way and needle.
type All = [[Runs; NEEDLES.len()]; WAYS.len()];

/// Time per request may grow by less than a third while the messages grow a hundredfold.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let (small, few) = runs(bench, bench.small)?;
    let (large, many) = runs(bench, bench.large)?;
    let mut all = Vec::new();
    for (way, name) in WAYS.iter().enumerate() {
        for (n, needle) in NEEDLES.iter().enumerate() {
            let what = format!("search of {name} for {needle}");
            for (count, runs) in [(bench.small, &small[way][n]), (bench.large, &large[way][n])] {
                let what = format!("{what} in {count} messages, c={CONNECTIONS}");
                all.extend([
                    Line::amount(format!("{what}: requests/s"), &runs.per_second),
                    Line::amount(format!("{what}: p99 ms"), &runs.p99_ms),
                ]);
            }
            // Closed loop: time per request is connections over requests per second.
            all.push(
                Line::quotient(
                    format!("{what}: time in the large database over the small"),
                    &small[way][n].per_second,
                    &large[way][n].per_second,
                )
                .goal("", Goal::AtMost(1.3, None)),
            );
        }
    }
    for (count, said) in [(bench.small, few), (bench.large, many)] {
        let index = said.index.context("no index was made")?;
        let grown = index.bytes_after.saturating_sub(index.bytes_before) as f64;
        let what = format!("search index of {count} messages");
        all.extend([
            Line::amount(format!("{what}: seconds until complete"), &[index.seconds]),
            Line::amount(format!("{what}: CPU seconds"), &[index.server_seconds]),
            Line::amount(format!("{what}: MB"), &[grown / 1e6]),
            Line::amount(
                format!("{what}: share of the file without it"),
                &[grown / index.bytes_before as f64],
            ),
        ]);
    }
    Ok(all)
}

fn runs(bench: &Bench, count: u64) -> Result<(All, Said)> {
    let said = talk::of_size(bench, count)?;
    let server = Server::ours(bench, &said.data, Disk::AsItIs)?;
    let token = token(bench, &server)?;
    let mut all = All::default();
    for _ in 0..bench.runs {
        for (n, needle) in NEEDLES.iter().enumerate() {
            for (way, runs) in all.iter_mut().enumerate() {
                let (order, least) = if way == 0 {
                    (conversations(bench, &server, needle)?, HITS)
                } else {
                    (space(bench, &server, &said, &token, needle)?, 10)
                };
                let found = found(way, &load::ask(&order)?);
                ensure!(
                    u64::try_from(found)? == least,
                    "{} for {needle}: {found} found",
                    WAYS[way]
                );
                runs[n].push(&server::run(bench, &order)?);
            }
        }
    }
    server.stop()?;
    Ok((all, said))
}

fn found(way: usize, answer: &Value) -> usize {
    let list = if way == 0 {
        &answer["items"]
    } else {
        &answer["spaceKnowledgeResults"]
    };
    list.as_array().map_or(0, Vec::len)
}

fn conversations(bench: &Bench, server: &Server, needle: &str) -> Result<Order> {
    let workspace = &server.credentials.as_ref().context("no key")?.workspace_id;
    let path = format!("/api/v2/w/{workspace}/chats?search={needle}&pageSize=50");
    Ok(server.order("GET", &path, "Authorization", mode(bench)))
}

fn space(bench: &Bench, server: &Server, said: &Said, token: &str, needle: &str) -> Result<Order> {
    let credentials = server.credentials.as_ref().context("no key")?;
    let path = format!(
        "/v1/workspaces/{}/spaces/{}/rag",
        credentials.workspace_id, said.talk.space
    );
    let mut order = server.order("POST", &path, "", mode(bench));
    order.headers = [
        ("Authorization".to_owned(), format!("Bearer {token}")),
        (
            "organizationid".to_owned(),
            credentials.organization_id.clone(),
        ),
    ]
    .into();
    order.body = Some(json!({ "text": needle, "topK": 10 }).to_string());
    Ok(order)
}

/// The workspace's token, for which its key is exchanged.
fn token(bench: &Bench, server: &Server) -> Result<String> {
    let workspace = &server.credentials.as_ref().context("no key")?.workspace_id;
    let path = format!("/workspaces/{workspace}/generate-access-key-token");
    let mut order = server.order("POST", &path, "x-api-key", mode(bench));
    order.body = Some("{}".to_owned());
    let answer = load::ask(&order)?;
    let token = answer["token"].as_str().context("no token was given")?;
    Ok(token.to_owned())
}

fn mode(bench: &Bench) -> Mode {
    Mode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: None,
    }
}
