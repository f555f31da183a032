//! One reader that does not read while very many messages are sent.

use std::time::Duration;

use anyhow::Result;

use super::targets::{self, FanoutTarget};
use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutReport};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

const RUN_TIMEOUT: Duration = Duration::from_secs(300);
/// Concurrent senders.
const CONNECTIONS: usize = 64;

/// Measures the server's memory and the effect on other readers, and checks that nothing is lost.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let messages = if bench.runs == 1 { 10_000 } else { 100_000 };
    let target = FanoutTarget::start_parlor(bench, "stopped")?;
    let chat = targets::create_chat(target.server())?;
    let (mut grown, mut behind, mut rate, mut back) = (vec![], vec![], vec![], vec![]);
    for _ in 0..bench.runs {
        let post_plan = targets::post_plan(target.server(), &chat, CONNECTIONS, messages)?;
        let mut plan = target.plan(
            bench,
            40,
            targets::INITIAL_FRAME_BYTES,
            FanoutMode::StalledReader(post_plan),
        )?;
        plan.reader_login = targets::login_script(target.server(), &chat, "reader-{user}")?;
        let client = LoadWorker::launch(bench, "fan", "fan", &plan, RUN_TIMEOUT)?;
        let report: FanoutReport = client.wait_report(|| {})?;
        let more = report.peak_kib.saturating_sub(report.connected_kib);
        grown.push(more as f64 / 1024.0);
        behind.push(report.catch_up_ms);
        rate.push(report.per_second);
        back.push(report.resumed_seconds);
    }
    target.stop()?;
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
