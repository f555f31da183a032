//! The readers, and what they have heard together.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use tokio::sync::{Notify, Semaphore};

use super::plan::FanoutPlan;
use super::socket::LoadSocket;
use super::timestamp_mark;

/// Readers that come in at a time.
const MAX_CONCURRENT_CONNECTS: usize = 64;
/// For all of them to come in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(120);

pub(super) struct Subscribers {
    pub(super) received: Cell<u64>,
    /// Told when so much was heard.
    pub(super) target: Cell<u64>,
    pub(super) target_reached: Notify,
    pub(super) latencies: RefCell<Histogram<u64>>,
    pub(super) frame_bytes: Cell<usize>,
    connected: Cell<usize>,
    failure: RefCell<Option<String>>,
}

impl Subscribers {
    /// Everybody comes in and begins to read.
    pub(super) async fn connect_all(order: &FanoutPlan) -> Result<Rc<Self>> {
        let crowd = Rc::new(Self {
            received: Cell::new(0),
            target: Cell::new(u64::MAX),
            target_reached: Notify::new(),
            latencies: RefCell::new(Histogram::new_with_bounds(1, 600_000_000_000, 3)?),
            frame_bytes: Cell::new(0),
            connected: Cell::new(0),
            failure: RefCell::new(None),
        });
        let gate = Rc::new(Semaphore::new(MAX_CONCURRENT_CONNECTS));
        let order = Rc::new(order.clone());
        for number in 0..order.readers {
            let (crowd, order, gate) = (crowd.clone(), order.clone(), gate.clone());
            tokio::task::spawn_local(async move {
                if let Err(error) = crowd.run_subscriber(&order, number, &gate).await {
                    crowd.failure.borrow_mut().get_or_insert(error.to_string());
                    crowd.target_reached.notify_waiters();
                }
            });
        }
        let end = Instant::now() + CONNECT_TIMEOUT;
        while crowd.connected.get() < order.readers {
            crowd.require_no_failure()?;
            if Instant::now() >= end {
                bail!(
                    "{} of {} readers came in",
                    crowd.connected.get(),
                    order.readers
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(crowd)
    }

    async fn run_subscriber(
        &self,
        order: &FanoutPlan,
        number: usize,
        gate: &Semaphore,
    ) -> std::io::Result<()> {
        let mut socket = {
            let _pass = gate.acquire().await;
            LoadSocket::connect(&order.address, &order.reader_login, number % order.users).await?
        };
        self.connected.set(self.connected.get() + 1);
        loop {
            socket
                .read_frames(|frame| {
                    let now = timestamp_mark::now_nanos();
                    timestamp_mark::for_each_mark(frame, |said| {
                        self.received.set(self.received.get() + 1);
                        self.frame_bytes.set(frame.len());
                        let mut times = self.latencies.borrow_mut();
                        times.saturating_record(now.saturating_sub(said));
                    });
                })
                .await?;
            if self.received.get() >= self.target.get() {
                self.target_reached.notify_waiters();
            }
        }
    }

    /// Fails once a reader is gone.
    pub(super) fn require_no_failure(&self) -> Result<()> {
        match &*self.failure.borrow() {
            Some(error) => bail!("a reader was lost: {error}"),
            None => Ok(()),
        }
    }

    /// Waits until so much was heard in all.
    pub(super) async fn wait_received(&self, want: u64, patience: Duration) -> Result<()> {
        self.target.set(want);
        let end = Instant::now() + patience;
        while self.received.get() < want {
            self.require_no_failure()?;
            if Instant::now() >= end {
                bail!("only {} of {want} deliveries came", self.received.get());
            }
            // Told between the look and the wait is told to nobody, so the wait is short.
            let _ =
                tokio::time::timeout(Duration::from_millis(100), self.target_reached.notified())
                    .await;
        }
        Ok(())
    }
}
