//! A day in small: clients that come and go for minutes, and what the server holds meanwhile.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::json;

use super::Bench;
use super::client::Client;
use super::fan::{Churn, Door, Mode, Order, Report};
use super::figure::crowd;
use super::load;
use super::server::{Disk, Server};

/// Clients that come and go, and the chats they do it in.
const CLIENTS: usize = 100;
const CHATS: usize = 20;
/// Between two looks at the server.
const LOOK: Duration = Duration::from_secs(1);
/// More than this and more than a tenth is growth.
const TOLERANCE_KIB: u64 = 4 * 1024;

/// Long messages said and read before, so that the database's own caches, of some forty megabytes, are full.
const LONG: usize = 1_600;
const LONG_BYTES: usize = 30_000;
/// Messages of a page.
const PAGE: usize = 100;

/// How long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Minutes of constant coming and going; at least 2.
    #[arg(long, default_value_t = 15)]
    minutes: u64,
}

/// Lets clients come and go, prints what the server held minute by minute, and fails if it holds more at the end than
/// after the first minute.
pub(crate) fn soak(options: &Options) -> Result<()> {
    ensure!(options.minutes >= 2, "a soak takes at least 2 minutes");
    let bench = Bench::prepare(false, false)?;
    let outcome = run(&bench, options.minutes);
    if outcome.is_err() {
        super::show_logs(&bench.dir);
    }
    std::fs::remove_dir_all(&bench.dir)?;
    outcome
}

fn run(bench: &Bench, minutes: u64) -> Result<()> {
    let server = Server::ours(bench, &bench.dir.join("soak"), Disk::AsItIs)?;
    let chats: Result<Vec<String>> = (0..CHATS).map(|_| crowd::chat(&server)).collect();
    fill(&server)?;
    let seconds = minutes as f64 * 60.0;
    let order = Order {
        address: server.address.clone(),
        reader: crowd::door(&server, "{chat}", "client-{user}")?,
        publisher: Door::default(),
        readers: CLIENTS,
        users: CLIENTS,
        say: String::new(),
        mode: Mode::Soak(Churn {
            chats: chats?,
            seconds,
        }),
        pid: server.pid(),
    };
    let limit = Duration::from_secs_f64(seconds + 120.0);
    let client = Client::launch(bench, "fan", "soak", &order, limit)?;
    let (began, mut looks) = (Instant::now(), Vec::new());
    let report: Report = client.report(|| {
        if began.elapsed() >= LOOK * looks.len() as u32 {
            looks.push(server.reading());
        }
    })?;
    let held: Vec<u64> = looks.iter().map(|look| look.private_kib).collect();
    let cpu: Vec<f64> = looks.iter().map(|look| look.cpu_seconds).collect();
    println!("\n| minute | private memory KiB: lowest | median | highest | server's CPU s |");
    println!("| ------ | -------------------------- | ------ | ------- | -------------- |");
    for (minute, held) in held.chunks(60).enumerate() {
        let mut sorted = held.to_vec();
        sorted.sort_unstable();
        let spent = cpu[minute * 60 + held.len() - 1] - cpu[minute * 60];
        println!(
            "| {:>6} | {:>26} | {:>6} | {:>7} | {spent:>14.1} |",
            minute + 1,
            sorted[0],
            sorted[held.len() / 2],
            sorted[held.len() - 1],
        );
    }
    println!(
        "\n{} visits of {} clients in {CHATS} chats, {} messages, each read in order and once by all who were there",
        report.cycles, report.readers, report.messages
    );
    server.stop()?;
    judge(&held)
}

/// Fills the caches of the database, which would otherwise grow for as long as it does.
fn fill(server: &Server) -> Result<()> {
    let path = format!("/api/v1/chats/{}/messages", crowd::chat(server)?);
    let mode = load::Mode::Stream { seconds: 0.0 };
    let mut said = server.order("POST", &path, "X-API-Key", mode);
    let text = "long ".repeat(LONG_BYTES / 5);
    said.body = Some(json!({ "content": text }).to_string());
    for _ in 0..LONG {
        load::ask(&said)?;
    }
    for page in 0..LONG / PAGE {
        let path = format!("{path}?limit={PAGE}&after_seq={}", page * PAGE);
        load::ask(&server.order("GET", &path, "X-API-Key", mode))?;
    }
    Ok(())
}

/// The half minute after the first minute beside the last half minute.
fn judge(held: &[u64]) -> Result<()> {
    let median = |part: &[u64]| {
        let mut sorted = part.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    };
    ensure!(held.len() > 100, "the soak ended too soon");
    let (first, last) = (median(&held[60..90]), median(&held[held.len() - 30..]));
    let allowed = first + TOLERANCE_KIB.max(first / 10);
    println!(
        "after the first minute {first} KiB, at the end {last} KiB; up to {allowed} KiB is no growth"
    );
    if last > allowed {
        bail!("the server holds more than after its first minute");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_from_breathing() {
        let flat: Vec<u64> = (0..180).map(|second| 40_000 + second % 7 * 300).collect();
        assert!(judge(&flat).is_ok());
        let rising: Vec<u64> = (0..180).map(|second| 40_000 + second * 100).collect();
        assert!(judge(&rising).is_err());
    }
}
