//! Connections that repeat requests in a closed loop or at a fixed rate.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use tokio::runtime::Runtime;

use super::connection::LoadConnection;
use super::{LoadMode, LoadPlan, LoadReport};
use crate::bench::process;

/// Number of failures after which a connection stops.
const MAX_FAILURES: u64 = 1000;

struct LoadRun {
    address: String,
    requests: Vec<Vec<u8>>,
    /// Number of requests that all connections have sent.
    sent: Cell<usize>,
    count_from: Instant,
    end: Instant,
    /// Interval between two requests of a connection; `None` in a closed loop.
    request_interval: Option<Duration>,
    done: Cell<u64>,
    bytes: Cell<u64>,
    failed: Cell<u64>,
    first_failure: RefCell<Option<String>>,
    latencies: RefCell<Histogram<u64>>,
}

/// Runs the plan.
pub(super) fn run_plan(
    runtime: &Runtime,
    plan: &LoadPlan,
    requests: Vec<Vec<u8>>,
) -> Result<LoadReport> {
    let LoadMode::Repeat {
        connections,
        warm,
        seconds,
        rate,
    } = plan.mode
    else {
        bail!("this mode is not one of repeated requests");
    };
    if requests.is_empty() {
        bail!("no path");
    }
    let start = Instant::now();
    let count_from = start + Duration::from_secs_f64(warm);
    let run = Rc::new(LoadRun {
        address: plan.address.clone(),
        requests,
        sent: Cell::new(0),
        count_from,
        end: count_from + Duration::from_secs_f64(seconds),
        request_interval: rate.map(|rate| Duration::from_secs_f64(connections as f64 / rate)),
        done: Cell::new(0),
        bytes: Cell::new(0),
        failed: Cell::new(0),
        first_failure: RefCell::new(None),
        latencies: RefCell::new(Histogram::new_with_bounds(1, 600_000_000_000, 3)?),
    });
    let local = tokio::task::LocalSet::new();
    let (server, client) = local.block_on(runtime, async {
        for index in 0..connections {
            let offset = run.request_interval.map_or(Duration::ZERO, |every| {
                every.mul_f64(index as f64 / connections as f64)
            });
            tokio::task::spawn_local(run_connection(run.clone(), start + offset));
        }
        tokio::time::sleep_until(count_from.into()).await;
        let before = (
            process::read_usage(plan.pid),
            process::read_usage(std::process::id()),
        );
        // Responses after the end do not count and are not awaited.
        tokio::time::sleep_until(run.end.into()).await;
        let after = (
            process::read_usage(plan.pid),
            process::read_usage(std::process::id()),
        );
        (
            after.0.cpu_seconds - before.0.cpu_seconds,
            after.1.cpu_seconds - before.1.cpu_seconds,
        )
    });
    let times = run.latencies.borrow();
    let done = run.done.get();
    let first_failure = run.first_failure.borrow().clone();
    Ok(LoadReport {
        done,
        failed: run.failed.get(),
        first_failure,
        seconds,
        per_second: done as f64 / seconds,
        p50_ms: times.value_at_quantile(0.5) as f64 / 1e6,
        p99_ms: times.value_at_quantile(0.99) as f64 / 1e6,
        bytes: run.bytes.get(),
        client_cpu: client / seconds,
        server_us_per_request: server * 1e6 / done.max(1) as f64,
        ..LoadReport::default()
    })
}

async fn run_connection(run: Rc<LoadRun>, mut due: Instant) {
    let mut connection = None;
    while Instant::now() < run.end && run.failed.get() < MAX_FAILURES {
        let start = match run.request_interval {
            Some(every) => {
                tokio::time::sleep_until(due.into()).await;
                due += every;
                due - every
            }
            None => Instant::now(),
        };
        match exchange(&run, &mut connection).await {
            Ok(bytes) => {
                let end = Instant::now();
                if start >= run.count_from && end <= run.end {
                    run.done.set(run.done.get() + 1);
                    run.bytes.set(run.bytes.get() + bytes);
                    let nanos = u64::try_from((end - start).as_nanos()).unwrap_or(u64::MAX);
                    run.latencies.borrow_mut().saturating_record(nanos);
                }
            }
            Err(failure) => {
                run.failed.set(run.failed.get() + 1);
                run.first_failure.borrow_mut().get_or_insert(failure);
                connection = None;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }
}

/// Sends one request; returns the length of the response body, or an error message.
async fn exchange(run: &LoadRun, slot: &mut Option<LoadConnection>) -> Result<u64, String> {
    let text = |error: std::io::Error| error.to_string();
    let connection = match slot {
        Some(connection) => connection,
        None => slot.insert(LoadConnection::connect(&run.address).await.map_err(text)?),
    };
    let turn = run.sent.get();
    run.sent.set(turn + 1);
    let request = &run.requests[turn % run.requests.len()];
    connection.send(request).await.map_err(text)?;
    let head = connection.read_head().await.map_err(text)?;
    let mut bytes = 0;
    if (200..300).contains(&head.status) {
        let count = |piece: &[u8]| bytes += piece.len() as u64;
        connection.read_body(&head, count).await.map_err(text)?;
    } else {
        let mut body = Vec::new();
        let keep = |piece: &[u8]| body.extend_from_slice(piece);
        connection.read_body(&head, keep).await.map_err(text)?;
        body.truncate(200);
        return Err(format!(
            "{} {}",
            head.status,
            String::from_utf8_lossy(&body)
        ));
    }
    if head.close {
        *slot = None;
    }
    Ok(bytes)
}
