//! Throughput and latency of one publisher and many readers.

use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;

use super::plan::{FanoutMode, FanoutPlan, FanoutReport};
use super::socket::LoadSocket;
use super::subscribers::Subscribers;
use super::timestamp_mark;
use crate::bench::process;

/// Maximum time until all readers have received a message.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Delay until memory used during connecting has been released.
const SETTLE_TIME: Duration = Duration::from_millis(500);

/// Runs the plan.
pub(super) async fn run(plan: &FanoutPlan) -> Result<FanoutReport> {
    let empty = process::read_usage(plan.pid);
    let began = Instant::now();
    let subscribers = Subscribers::connect_all(plan).await?;
    let mut report = FanoutReport {
        readers: plan.readers,
        connect_seconds: began.elapsed().as_secs_f64(),
        idle_kib: empty.private_kib,
        ..FanoutReport::default()
    };
    if let FanoutMode::Idle { seconds } = plan.mode {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        subscribers.require_no_failure()?;
        report.connected_kib = process::read_usage(plan.pid).private_kib;
        return Ok(report);
    }
    tokio::time::sleep(SETTLE_TIME).await;
    let mut publisher = MessagePublisher::connect(plan).await?;
    // One message as a warm-up.
    let readers = plan.readers as u64;
    publisher.publish().await?;
    subscribers.wait_received(readers, DELIVERY_TIMEOUT).await?;
    subscribers.received.set(0);
    subscribers.latencies.borrow_mut().reset();
    report.connected_kib = process::read_usage(plan.pid).private_kib;
    let before = (
        process::read_usage(plan.pid),
        process::read_usage(std::process::id()),
    );
    let began = Instant::now();
    let mut last = Histogram::<u64>::new_with_bounds(1, 600_000_000_000, 3)?;
    let messages = match plan.mode {
        FanoutMode::Rate {
            per_second,
            seconds,
        } => {
            let messages = (per_second * seconds) as u64;
            for n in 0..messages {
                let due = began + Duration::from_secs_f64(n as f64 / per_second);
                tokio::time::sleep_until(due.into()).await;
                publisher.publish().await?;
            }
            messages
        }
        FanoutMode::Window {
            messages,
            max_in_flight: open,
        } => {
            for n in 0..messages {
                if n >= open {
                    subscribers
                        .wait_received((n + 1 - open) * readers, DELIVERY_TIMEOUT)
                        .await?;
                }
                let at = timestamp_mark::now_nanos();
                publisher.publish().await?;
                if open == 1 {
                    subscribers
                        .wait_received((n + 1) * readers, DELIVERY_TIMEOUT)
                        .await?;
                    last.saturating_record(timestamp_mark::now_nanos() - at);
                }
            }
            messages
        }
        _ => 0,
    };
    subscribers
        .wait_received(messages * readers, DELIVERY_TIMEOUT)
        .await?;
    let seconds = began.elapsed().as_secs_f64();
    let after = (
        process::read_usage(plan.pid),
        process::read_usage(std::process::id()),
    );
    let times = subscribers.latencies.borrow();
    let ms = |times: &Histogram<u64>, q: f64| times.value_at_quantile(q) as f64 / 1e6;
    let delivered = subscribers.received.get();
    report.messages = messages;
    report.delivered = delivered;
    report.frame_bytes = subscribers.frame_bytes.get();
    report.per_second = delivered as f64 / seconds;
    report.p50_ms = ms(&times, 0.5);
    report.p99_ms = ms(&times, 0.99);
    report.last_delivery_ms = ms(&last, 0.5);
    report.client_cpu = (after.1.cpu_seconds - before.1.cpu_seconds) / seconds;
    let server = after.0.cpu_seconds - before.0.cpu_seconds;
    report.server_us_per_delivery = server * 1e6 / delivered.max(1) as f64;
    report.peak_kib = after.0.private_kib;
    Ok(report)
}

/// Publisher. Frames that it receives are discarded.
struct MessagePublisher<'a> {
    plan: &'a FanoutPlan,
    frames: tokio::sync::mpsc::Sender<Vec<u8>>,
}

impl<'a> MessagePublisher<'a> {
    async fn connect(plan: &'a FanoutPlan) -> Result<Self> {
        let mut socket =
            LoadSocket::connect(&plan.publisher_address, &plan.publisher_login, plan.users).await?;
        let (frames, mut queued) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
        tokio::task::spawn_local(async move {
            loop {
                let result = tokio::select! {
                    biased;
                    frame = queued.recv() => match frame {
                        Some(frame) => socket.send(&frame).await,
                        None => return,
                    },
                    result = socket.read_frames(|_| {}) => result,
                };
                if result.is_err() {
                    return;
                }
            }
        });
        Ok(Self { plan, frames })
    }

    async fn publish(&mut self) -> Result<()> {
        let text = self
            .plan
            .message
            .replace("{mark}", &timestamp_mark::new_mark());
        self.frames.send(text.into_bytes()).await?;
        Ok(())
    }
}
