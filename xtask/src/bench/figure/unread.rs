//! What a member of a thousand conversations has not read: the list, and the sum, among few and among many messages.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Runs, talk};
use crate::bench::load::{self, Mode, Order};
use crate::bench::seed::talk::{CONVERSATIONS, UNREAD};
use crate::bench::server::{self, Disk, Server};
use crate::bench::table::{Goal, Line};
use crate::bench::{Bench, command};

const CONNECTIONS: usize = 64;

const ASKED: [(&str, &str); 2] = [
    ("list of 20", "/api/v1/userChannels/list?limit=20"),
    ("sum", "/api/v1/message/unreadCount"),
];

/// The same number is unread in both; what was read long ago must not be felt.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let small = runs(bench, bench.small)?;
    let large = runs(bench, bench.large)?;
    let mut all = Vec::new();
    for (n, (what, _)) in ASKED.into_iter().enumerate() {
        for (count, runs) in [(bench.small, &small[n]), (bench.large, &large[n])] {
            let what = format!(
                "unread of {CONVERSATIONS} conversations, {what}, {count} messages, c={CONNECTIONS}"
            );
            all.extend([
                Line::amount(format!("{what}: requests/s"), &runs.per_second),
                Line::amount(format!("{what}: p99 ms"), &runs.p99_ms),
                Line::amount(format!("{what}: server µs/request"), &runs.server_us),
            ]);
        }
        all.push(
            Line::quotient(
                format!("unread, {what}: large database over small"),
                &large[n].per_second,
                &small[n].per_second,
            )
            .goal("P9", Goal::AtLeast(0.80, Some(0.9))),
        );
    }
    Ok(all)
}

fn runs(bench: &Bench, count: u64) -> Result<[Runs; 2]> {
    let said = talk::of_size(bench, count)?;
    let reader = said.reader.as_deref().context("no reader")?;
    let server = Server::ours(bench, &said.data, Disk::AsItIs)?;
    let token = command::token(bench, &said.data, reader)?;
    let mut all = <[Runs; 2]>::default();
    for _ in 0..bench.runs {
        for (n, ((_, path), runs)) in ASKED.into_iter().zip(&mut all).enumerate() {
            let order = order(bench, &server, path, &token);
            // This dialect answers 200 whatever happens.
            let answer = load::ask(&order)?;
            ensure!(is_right(n, &answer["data"]), "{path}: {answer}");
            runs.push(&server::run(bench, &order)?);
        }
    }
    server.stop()?;
    Ok(all)
}

fn is_right(n: usize, data: &Value) -> bool {
    let conversations = i64::try_from(CONVERSATIONS).unwrap_or(0);
    match n {
        0 => data["list"].as_array().is_some_and(|list| {
            list.len() == 20 && list.iter().all(|one| one["unreadMessageCount"] == UNREAD)
        }),
        _ => data["unreadCount"] == UNREAD * conversations,
    }
}

fn order(bench: &Bench, server: &Server, path: &str, token: &str) -> Order {
    let mode = Mode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: None,
    };
    let mut order = server.order("GET", path, "ApiKey", mode);
    order
        .headers
        .insert("Authorization".to_owned(), format!("Bearer {token}"));
    order
}
