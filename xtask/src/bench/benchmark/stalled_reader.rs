//! A reader that does not read while very much is said.

use std::time::Duration;

use anyhow::Result;

use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

const RUN_TIMEOUT: Duration = Duration::from_secs(300);
/// Who speaks at a time.
const CONNECTIONS: usize = 64;

/// The server's memory meanwhile, what others feel of it, and that nothing is lost.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let messages = if bench.runs == 1 { 10_000 } else { 100_000 };
    let house = FanoutTarget::start_parlor(bench, "stopped")?;
    let chat = targets::create_chat(house.server())?;
    let (mut grown, mut behind, mut rate, mut back) = (vec![], vec![], vec![], vec![]);
    for _ in 0..bench.runs {
        let plan = targets::post_plan(house.server(), &chat, CONNECTIONS, messages)?;
        let mut order = house.plan(
            bench,
            40,
            targets::INITIAL_FRAME_BYTES,
            FanoutMode::StalledReader(plan),
        )?;
        order.reader_login = targets::login_script(house.server(), &chat, "reader-{user}")?;
        let client = LoadWorker::launch(bench, "fan", "fan", &order, RUN_TIMEOUT)?;
        let report: FanoutReport = client.wait_report(|| {})?;
        let more = report.peak_kib.saturating_sub(report.connected_kib);
        grown.push(more as f64 / 1024.0);
        behind.push(report.catch_up_ms);
        rate.push(report.per_second);
        back.push(report.resumed_seconds);
    }
    house.stop()?;
    let what = format!("a stopped reader, {messages} messages");
    Ok(vec![
        TableRow::amount(format!("{what}: server's memory grows by MiB"), &grown)
            .with_goal("", Goal::AtMost(4.0, None)),
        TableRow::amount(
            format!("{what}: the other has all of them after ms"),
            &behind,
        ),
        TableRow::amount(format!("{what}: stored and delivered/s"), &rate),
        TableRow::amount(format!("{what}: s to read all of them afterwards"), &back),
    ])
}
