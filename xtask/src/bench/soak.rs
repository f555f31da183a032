//! Soak test: clients connect and disconnect for minutes while the server's memory is measured.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::json;

use super::BenchContext;
use super::benchmark::targets;
use super::fanout::{ChurnPlan, FanoutMode, FanoutPlan, FanoutReport, LoginScript};
use super::load;
use super::server::{BenchServer, DiskSpeed};
use super::worker::LoadWorker;

/// Number of clients.
const CLIENT_COUNT: usize = 100;
/// Number of chats that the clients use.
const CHAT_COUNT: usize = 20;
/// Interval between memory samples.
const SAMPLE_INTERVAL: Duration = Duration::from_secs(1);
/// Growth up to this size, or up to a tenth of the memory, is tolerated.
const TOLERANCE_KIB: u64 = 4 * 1024;

/// Long messages that are sent and read before, to fill the database's caches of about 40 MB.
const LONG_MESSAGES: usize = 1_600;
const LONG_MESSAGE_BYTES: usize = 30_000;
/// Messages of a page.
const PAGE_MESSAGES: usize = 100;

/// How long.
#[derive(clap::Args)]
pub(crate) struct SoakOptions {
    /// Minutes of constant coming and going; at least 2.
    #[arg(long, default_value_t = 15)]
    minutes: u64,
}

/// Runs the soak test and prints the server's memory by minute.
///
/// # Errors
/// If memory has grown since the first minute.
pub(crate) fn soak(options: &SoakOptions) -> Result<()> {
    ensure!(options.minutes >= 2, "a soak takes at least 2 minutes");
    let bench = BenchContext::prepare(false, false)?;
    let outcome = run_soak(&bench, options.minutes);
    if outcome.is_err() {
        super::print_server_logs(&bench.run_dir);
    }
    std::fs::remove_dir_all(&bench.run_dir)?;
    outcome
}

fn run_soak(bench: &BenchContext, minutes: u64) -> Result<()> {
    let server = BenchServer::start_parlor(bench, &bench.run_dir.join("soak"), DiskSpeed::Normal)?;
    let chats: Result<Vec<String>> = (0..CHAT_COUNT)
        .map(|_| targets::create_chat(&server))
        .collect();
    fill_caches(&server)?;
    let seconds = minutes as f64 * 60.0;
    let plan = FanoutPlan {
        address: server.address.clone(),
        publisher_address: server.address.clone(),
        reader_login: targets::login_script(&server, "{chat}", "client-{user}")?,
        publisher_login: LoginScript::default(),
        readers: CLIENT_COUNT,
        users: CLIENT_COUNT,
        message: String::new(),
        mode: FanoutMode::Soak(ChurnPlan {
            chats: chats?,
            seconds,
        }),
        pid: server.pid(),
    };
    let limit = Duration::from_secs_f64(seconds + 120.0);
    let client = LoadWorker::launch(bench, "fan", "soak", &plan, limit)?;
    let (began, mut looks) = (Instant::now(), Vec::new());
    let report: FanoutReport = client.wait_report(|| {
        if began.elapsed() >= SAMPLE_INTERVAL * looks.len() as u32 {
            looks.push(server.usage());
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
        "\n{} visits of {} clients in {CHAT_COUNT} chats, {} messages, each read in order and once by all who were there",
        report.visits, report.readers, report.messages
    );
    server.stop()?;
    check_growth(&held)
}

/// Fills the database's caches, which would otherwise grow during the test.
fn fill_caches(server: &BenchServer) -> Result<()> {
    let path = format!("/api/v1/chats/{}/messages", targets::create_chat(server)?);
    let mode = load::LoadMode::Download { seconds: 0.0 };
    let mut plan = server.load_plan("POST", &path, "X-API-Key", mode);
    let text = "long ".repeat(LONG_MESSAGE_BYTES / 5);
    plan.body = Some(json!({ "content": text }).to_string());
    for _ in 0..LONG_MESSAGES {
        load::request_json(&plan)?;
    }
    for page in 0..LONG_MESSAGES / PAGE_MESSAGES {
        let path = format!(
            "{path}?limit={PAGE_MESSAGES}&after_seq={}",
            page * PAGE_MESSAGES
        );
        load::request_json(&server.load_plan("GET", &path, "X-API-Key", mode))?;
    }
    Ok(())
}

/// Compares the half minute after the first minute with the last half minute.
fn check_growth(held: &[u64]) -> Result<()> {
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
    fn growth_beyond_tolerance_fails() {
        let flat: Vec<u64> = (0..180).map(|second| 40_000 + second % 7 * 300).collect();
        assert!(check_growth(&flat).is_ok());
        let rising: Vec<u64> = (0..180).map(|second| 40_000 + second * 100).collect();
        assert!(check_growth(&rising).is_err());
    }
}
