//! The cheapest request that needs a key, beside a server that stores nothing and checks nothing.

use anyhow::Result;

use super::{Runs, lines};
use crate::bench::Bench;
use crate::bench::load::Mode;
use crate::bench::server::{self, Disk, Server};
use crate::bench::table::{Goal, Line};

const CONNECTIONS: usize = 64;

/// P1: a key is checked and a short list answered. Beside it the key exchange, which reads JSON, signs a token and
/// answers four times as many bytes.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let floor = Server::floor(bench, "http", None, Disk::AsItIs)?;
    let ours = match bench.floors_only {
        true => None,
        false => Some(Server::ours(
            bench,
            &bench.dir.join("request"),
            Disk::AsItIs,
        )?),
    };
    let (mut bare, mut list, mut exchange) = (Runs::default(), Runs::default(), Runs::default());
    for _ in 0..bench.runs {
        once(bench, &floor, FLOOR, &mut bare)?;
        if let Some(server) = &ours {
            once(bench, server, LIST, &mut list)?;
            let workspace = server.credentials.as_ref().map(|c| &c.workspace_id);
            let workspace = workspace.map_or("", String::as_str);
            let path = format!("/workspaces/{workspace}/generate-access-key-token");
            once(bench, server, &path, &mut exchange)?;
        }
    }
    floor.stop()?;
    if let Some(server) = ours {
        server.stop()?;
    }
    let name = format!("cheapest authenticated request, c={CONNECTIONS}");
    let mut all = lines(&name, &bare, &list);
    all[0] = all[0].clone().goal("P1", Goal::AtLeast(0.70, Some(0.85)));
    let name = format!("key exchanged for a signed token, c={CONNECTIONS}");
    all.extend(lines(&name, &bare, &exchange));
    Ok(all)
}

/// What needs a key and nothing else.
const LIST: &str = "/api/v2/ai-models";
/// The only path the floor has.
const FLOOR: &str = "/workspaces/floor/generate-access-key-token";

fn once(bench: &Bench, server: &Server, path: &str, runs: &mut Runs) -> Result<()> {
    let mode = Mode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warm,
        seconds: bench.seconds,
        rate: None,
    };
    let order = if path == LIST {
        server.order("GET", path, "Authorization", mode)
    } else {
        let mut order = server.order("POST", path, "x-api-key", mode);
        order.body = Some("{}".to_owned());
        order
    };
    runs.push(&server::run(bench, &order)?);
    Ok(())
}
