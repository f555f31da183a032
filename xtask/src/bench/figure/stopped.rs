//! A reader that does not read while very much is said.

use std::time::Duration;

use anyhow::Result;

use super::crowd::{self, House};
use crate::bench::Bench;
use crate::bench::client::Client;
use crate::bench::fan::{Mode, Report};
use crate::bench::table::{Goal, Line};

const LIMIT: Duration = Duration::from_secs(300);
/// Who speaks at a time.
const CONNECTIONS: usize = 64;

/// The server's memory meanwhile, what others feel of it, and that nothing is lost.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let messages = if bench.runs == 1 { 10_000 } else { 100_000 };
    let house = House::ours(bench, "stopped")?;
    let chat = crowd::chat(house.server())?;
    let (mut grown, mut behind, mut rate, mut back) = (vec![], vec![], vec![], vec![]);
    for _ in 0..bench.runs {
        let plan = crowd::post(house.server(), &chat, CONNECTIONS, messages)?;
        let mut order = house.order(bench, 40, crowd::FRAME, Mode::Stopped(plan))?;
        order.reader = crowd::door(house.server(), &chat, "reader-{user}")?;
        let client = Client::launch(bench, "fan", "fan", &order, LIMIT)?;
        let report: Report = client.report(|| {})?;
        let more = report.highest_kib.saturating_sub(report.full_kib);
        grown.push(more as f64 / 1024.0);
        behind.push(report.behind_ms);
        rate.push(report.per_second);
        back.push(report.resumed_seconds);
    }
    house.stop()?;
    let what = format!("a stopped reader, {messages} messages");
    Ok(vec![
        Line::amount(format!("{what}: server's memory grows by MiB"), &grown)
            .goal("", Goal::AtMost(4.0, None)),
        Line::amount(
            format!("{what}: the other has all of them after ms"),
            &behind,
        ),
        Line::amount(format!("{what}: stored and delivered/s"), &rate),
        Line::amount(format!("{what}: s to read all of them afterwards"), &back),
    ])
}
