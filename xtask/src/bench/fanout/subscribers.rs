//! Readers, and the counts of all frames that they have received.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use tokio::sync::{Notify, Semaphore};

use super::plan::FanoutPlan;
use super::socket::LoadSocket;
use super::timestamp_mark;

/// Number of concurrent logins.
const MAX_CONCURRENT_CONNECTS: usize = 64;
/// Maximum time until all readers are connected.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(120);

/// All readers of a run.
pub(super) struct Subscribers {
    pub(super) received: Cell<u64>,
    /// Value of `received` at which `target_reached` is notified.
    pub(super) target: Cell<u64>,
    pub(super) target_reached: Notify,
    pub(super) latencies: RefCell<Histogram<u64>>,
    pub(super) frame_bytes: Cell<usize>,
    connected: Cell<usize>,
    failure: RefCell<Option<String>>,
}

impl Subscribers {
    /// Connects all readers and starts reading.
    pub(super) async fn connect_all(plan: &FanoutPlan) -> Result<Rc<Self>> {
        let subscribers = Rc::new(Self {
            received: Cell::new(0),
            target: Cell::new(u64::MAX),
            target_reached: Notify::new(),
            latencies: RefCell::new(Histogram::new_with_bounds(1, 600_000_000_000, 3)?),
            frame_bytes: Cell::new(0),
            connected: Cell::new(0),
            failure: RefCell::new(None),
        });
        let gate = Rc::new(Semaphore::new(MAX_CONCURRENT_CONNECTS));
        let plan = Rc::new(plan.clone());
        for number in 0..plan.readers {
            let (subscribers, plan, gate) = (subscribers.clone(), plan.clone(), gate.clone());
            tokio::task::spawn_local(async move {
                if let Err(error) = subscribers.run_subscriber(&plan, number, &gate).await {
                    subscribers
                        .failure
                        .borrow_mut()
                        .get_or_insert(error.to_string());
                    subscribers.target_reached.notify_waiters();
                }
            });
        }
        let end = Instant::now() + CONNECT_TIMEOUT;
        while subscribers.connected.get() < plan.readers {
            subscribers.require_no_failure()?;
            if Instant::now() >= end {
                bail!(
                    "{} of {} readers came in",
                    subscribers.connected.get(),
                    plan.readers
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(subscribers)
    }

    async fn run_subscriber(
        &self,
        plan: &FanoutPlan,
        number: usize,
        gate: &Semaphore,
    ) -> std::io::Result<()> {
        let mut socket = {
            let _pass = gate.acquire().await;
            LoadSocket::connect(&plan.address, &plan.reader_login, number % plan.users).await?
        };
        self.connected.set(self.connected.get() + 1);
        loop {
            socket
                .read_frames(|frame| {
                    let now = timestamp_mark::now_nanos();
                    timestamp_mark::for_each_mark(frame, |sent_at| {
                        self.received.set(self.received.get() + 1);
                        self.frame_bytes.set(frame.len());
                        let mut times = self.latencies.borrow_mut();
                        times.saturating_record(now.saturating_sub(sent_at));
                    });
                })
                .await?;
            if self.received.get() >= self.target.get() {
                self.target_reached.notify_waiters();
            }
        }
    }

    /// Fails if a reader has lost its connection.
    pub(super) fn require_no_failure(&self) -> Result<()> {
        match &*self.failure.borrow() {
            Some(error) => bail!("a reader was lost: {error}"),
            None => Ok(()),
        }
    }

    /// Waits until the readers have received `count` frames in total.
    pub(super) async fn wait_received(&self, count: u64, timeout: Duration) -> Result<()> {
        self.target.set(count);
        let end = Instant::now() + timeout;
        while self.received.get() < count {
            self.require_no_failure()?;
            if Instant::now() >= end {
                bail!("only {} of {count} deliveries came", self.received.get());
            }
            // A notification between the check and the wait is lost, so the wait is bounded.
            let _ =
                tokio::time::timeout(Duration::from_millis(100), self.target_reached.notified())
                    .await;
        }
        Ok(())
    }
}
