//! What a list of one workspace feels of a storm of searches in another.

use anyhow::{Context, Result};
use serde_json::json;

use super::talk;
use crate::bench::client::Client;
use crate::bench::load::{self, Mode, Order};
use crate::bench::server::{self, Disk, Server};
use crate::bench::table::{Goal, Line};
use crate::bench::{Bench, command};

/// Searches at a time.
const STORM: usize = 16;
/// Lists at a time.
const CONNECTIONS: usize = 4;
/// Conversations of the other workspace.
const CONVERSATIONS: usize = 100;
/// Very many messages have the first word's letters; no message has the second, so that all of those are compared.
const NEEDLE: &str = "tra%20%7E";

/// The list's p99 may be less than twice what it is without the storm.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let said = talk::of_size(bench, bench.large)?;
    let server = Server::ours(bench, &said.data, Disk::AsItIs)?;
    let other = command::workspace(bench, &said.data, "Other")?;
    for n in 0..CONVERSATIONS {
        let mut create = list(bench, &server, &other);
        "POST".clone_into(&mut create.method);
        create.paths = vec!["/api/v1/chats/".to_owned()];
        let body = json!({ "user_id": "u1", "title": format!("Conversation {n}") });
        create.body = Some(body.to_string());
        load::ask(&create)?;
    }
    let (mut calm, mut stormy, mut searches) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        calm.push(server::run(bench, &list(bench, &server, &other))?.p99_ms);
        let storm = Client::start(bench, "storm", &storm(bench, &server)?)?;
        stormy.push(server::run(bench, &list(bench, &server, &other))?.p99_ms);
        searches.push(storm.finish(|| {})?.per_second);
    }
    server.stop()?;
    Ok(vec![
        Line::amount(
            format!("searches of one workspace, c={STORM}: requests/s"),
            &searches,
        ),
        Line::amount(
            format!("list of another workspace, c={CONNECTIONS}: p99 ms"),
            &calm,
        ),
        Line::amount(
            format!("list of another workspace, c={CONNECTIONS}, beside them: p99 ms"),
            &stormy,
        ),
        Line::quotient(
            "list p99 beside a search storm of another workspace over without",
            &stormy,
            &calm,
        )
        .goal("", Goal::AtMost(2.0, None)),
    ])
}

fn storm(bench: &Bench, server: &Server) -> Result<Order> {
    let workspace = &server.credentials.as_ref().context("no key")?.workspace_id;
    let path = format!("/api/v2/w/{workspace}/chats?search={NEEDLE}&pageSize=50");
    let mode = Mode::Repeat {
        connections: STORM,
        warm: 0.0,
        // A little longer than the lists.
        seconds: bench.warm + bench.seconds + 1.0,
        rate: None,
    };
    Ok(server.order("GET", &path, "Authorization", mode))
}

fn list(bench: &Bench, server: &Server, other: &command::Workspace) -> Order {
    let mode = Mode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: None,
    };
    let path = format!("/api/v2/w/{}/chats?pageSize=20", other.workspace_id);
    let mut order = server.order("GET", &path, "Authorization", mode);
    order.headers = [
        ("Authorization", format!("Bearer {}", other.api_key)),
        ("X-API-Key", other.api_key.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    order
}
