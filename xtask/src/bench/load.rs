//! HTTP load generator: one process, one thread, one kind of request.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

mod connection;
mod download;
mod driver;
mod single_request;

pub(super) use connection::LoadConnection;
pub(super) use single_request::request_json;

/// Requests and their timing. Read as JSON from standard input, so that keys do not appear in process arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LoadPlan {
    /// `host:port`.
    pub(super) address: String,
    pub(super) method: String,
    /// Paths with queries, used in rotation.
    pub(super) paths: Vec<String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    pub(super) mode: LoadMode,
    /// Process id of the server, to measure its usage.
    pub(super) pid: u32,
}

/// Timing of requests.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum LoadMode {
    /// Each connection sends the next request after the response (closed loop) or, with a rate, when it is due.
    Repeat {
        connections: usize,
        warm: f64,
        seconds: f64,
        rate: Option<f64>,
    },
    /// Sequential downloads until the time is over, at least one.
    Download { seconds: f64 },
}

/// Results of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct LoadReport {
    pub(super) done: u64,
    pub(super) failed: u64,
    pub(super) first_failure: Option<String>,
    pub(super) seconds: f64,
    pub(super) per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) bytes: u64,
    pub(super) lines: u64,
    pub(super) first_byte_ms: f64,
    /// CPU usage of this process, as a fraction of one core.
    pub(super) client_cpu: f64,
    pub(super) server_us_per_request: f64,
}

/// The hidden subcommand takes everything from standard input.
#[derive(clap::Args)]
pub(crate) struct LoadArgs {}

/// Runs one plan and prints its report.
pub(crate) fn run_load_worker(_: LoadArgs) -> Result<()> {
    let plan: LoadPlan = serde_json::from_reader(std::io::stdin().lock())?;
    let requests = encode_requests(&plan);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = match plan.mode {
        LoadMode::Repeat { .. } => driver::run_plan(&runtime, &plan, requests)?,
        LoadMode::Download { seconds } => runtime.block_on(download::download(
            &plan.address,
            first_request(&requests)?,
            seconds,
        ))?,
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn first_request(requests: &[Vec<u8>]) -> Result<&[u8]> {
    requests.first().map(Vec::as_slice).context("no path")
}

/// Encodes the requests.
pub(super) fn encode_requests(plan: &LoadPlan) -> Vec<Vec<u8>> {
    plan.paths
        .iter()
        .map(|path| encode_request(plan, path))
        .collect()
}

fn encode_request(plan: &LoadPlan, path: &str) -> Vec<u8> {
    let mut text = format!(
        "{} {} HTTP/1.1\r\nHost: {}\r\n",
        plan.method, path, plan.address
    );
    for (name, value) in &plan.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = &plan.body {
        text.push_str(&format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        ));
    }
    text.push_str("\r\n");
    text.push_str(plan.body.as_deref().unwrap_or(""));
    text.into_bytes()
}

/// Encodes a POST request with a JSON body and one additional header.
pub(super) fn encode_post(
    address: &str,
    path: &str,
    (name, value): &(String, String),
    body: &str,
) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\n{name}: {value}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
