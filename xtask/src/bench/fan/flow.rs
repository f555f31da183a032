//! One publisher and many readers who all read.

use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;

use super::crowd::Crowd;
use super::mark;
use super::order::{Mode, Order, Report};
use super::socket::Socket;
use crate::bench::process;

/// For what was said to be everywhere.
const PATIENCE: Duration = Duration::from_secs(30);
/// For what the readers' coming left behind to be given back.
const SETTLE: Duration = Duration::from_millis(500);

/// Runs the order to its end.
pub(super) async fn run(order: &Order) -> Result<Report> {
    let empty = process::reading(order.pid);
    let began = Instant::now();
    let crowd = Crowd::gather(order).await?;
    let mut report = Report {
        readers: order.readers,
        connect_seconds: began.elapsed().as_secs_f64(),
        empty_kib: empty.private_kib,
        ..Report::default()
    };
    if let Mode::Idle { seconds } = order.mode {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        crowd.expect_whole()?;
        report.full_kib = process::reading(order.pid).private_kib;
        return Ok(report);
    }
    tokio::time::sleep(SETTLE).await;
    let mut publisher = Publisher::enter(order).await?;
    // Once around before it counts.
    let readers = order.readers as u64;
    publisher.say().await?;
    crowd.heard(readers, PATIENCE).await?;
    crowd.got.set(0);
    crowd.times.borrow_mut().reset();
    report.full_kib = process::reading(order.pid).private_kib;
    let before = (
        process::reading(order.pid),
        process::reading(std::process::id()),
    );
    let began = Instant::now();
    let mut last = Histogram::<u64>::new_with_bounds(1, 600_000_000_000, 3)?;
    let said = match order.mode {
        Mode::Rate {
            per_second,
            seconds,
        } => {
            let messages = (per_second * seconds) as u64;
            for n in 0..messages {
                let due = began + Duration::from_secs_f64(n as f64 / per_second);
                tokio::time::sleep_until(due.into()).await;
                publisher.say().await?;
            }
            messages
        }
        Mode::Window { messages, open } => {
            for n in 0..messages {
                if n >= open {
                    crowd.heard((n + 1 - open) * readers, PATIENCE).await?;
                }
                let at = mark::now();
                publisher.say().await?;
                if open == 1 {
                    crowd.heard((n + 1) * readers, PATIENCE).await?;
                    last.saturating_record(mark::now() - at);
                }
            }
            messages
        }
        _ => 0,
    };
    crowd.heard(said * readers, PATIENCE).await?;
    let seconds = began.elapsed().as_secs_f64();
    let after = (
        process::reading(order.pid),
        process::reading(std::process::id()),
    );
    let times = crowd.times.borrow();
    let ms = |times: &Histogram<u64>, q: f64| times.value_at_quantile(q) as f64 / 1e6;
    let delivered = crowd.got.get();
    report.messages = said;
    report.delivered = delivered;
    report.frame = crowd.frame.get();
    report.per_second = delivered as f64 / seconds;
    report.p50_ms = ms(&times, 0.5);
    report.p99_ms = ms(&times, 0.99);
    report.last_ms = ms(&last, 0.5);
    report.client_cpu = (after.1.cpu_seconds - before.1.cpu_seconds) / seconds;
    let server = after.0.cpu_seconds - before.0.cpu_seconds;
    report.server_us_per_delivery = server * 1e6 / delivered.max(1) as f64;
    report.highest_kib = after.0.private_kib;
    Ok(report)
}

/// The one who speaks. What it hears is read and dropped.
struct Publisher<'a> {
    order: &'a Order,
    send: tokio::sync::mpsc::Sender<Vec<u8>>,
}

impl<'a> Publisher<'a> {
    async fn enter(order: &'a Order) -> Result<Self> {
        let mut socket = Socket::open(&order.address, &order.publisher, order.users).await?;
        let (send, mut told) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
        tokio::task::spawn_local(async move {
            loop {
                let going = tokio::select! {
                    biased;
                    words = told.recv() => match words {
                        Some(words) => socket.say(&words).await,
                        None => return,
                    },
                    heard = socket.frames(|_| {}) => heard,
                };
                if going.is_err() {
                    return;
                }
            }
        });
        Ok(Self { order, send })
    }

    async fn say(&mut self) -> Result<()> {
        let words = self.order.say.replace("{mark}", &mark::made());
        self.send.send(words.into_bytes()).await?;
        Ok(())
    }
}
