//! The readers, and what they have heard together.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use tokio::sync::{Notify, Semaphore};

use super::mark;
use super::order::Order;
use super::socket::Socket;

/// Readers that come in at a time.
const AT_ONCE: usize = 64;
/// For all of them to come in.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) struct Crowd {
    pub(super) got: Cell<u64>,
    /// Told when so much was heard.
    pub(super) want: Cell<u64>,
    pub(super) news: Notify,
    pub(super) times: RefCell<Histogram<u64>>,
    pub(super) frame: Cell<usize>,
    ready: Cell<usize>,
    lost: RefCell<Option<String>>,
}

impl Crowd {
    /// Everybody comes in and begins to read.
    pub(super) async fn gather(order: &Order) -> Result<Rc<Self>> {
        let crowd = Rc::new(Self {
            got: Cell::new(0),
            want: Cell::new(u64::MAX),
            news: Notify::new(),
            times: RefCell::new(Histogram::new_with_bounds(1, 600_000_000_000, 3)?),
            frame: Cell::new(0),
            ready: Cell::new(0),
            lost: RefCell::new(None),
        });
        let gate = Rc::new(Semaphore::new(AT_ONCE));
        let order = Rc::new(order.clone());
        for number in 0..order.readers {
            let (crowd, order, gate) = (crowd.clone(), order.clone(), gate.clone());
            tokio::task::spawn_local(async move {
                if let Err(error) = crowd.read(&order, number, &gate).await {
                    crowd.lost.borrow_mut().get_or_insert(error.to_string());
                    crowd.news.notify_waiters();
                }
            });
        }
        let end = Instant::now() + PATIENCE;
        while crowd.ready.get() < order.readers {
            crowd.expect_whole()?;
            if Instant::now() >= end {
                bail!("{} of {} readers came in", crowd.ready.get(), order.readers);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(crowd)
    }

    async fn read(&self, order: &Order, number: usize, gate: &Semaphore) -> std::io::Result<()> {
        let mut socket = {
            let _pass = gate.acquire().await;
            Socket::open(&order.address, &order.reader, number % order.users).await?
        };
        self.ready.set(self.ready.get() + 1);
        loop {
            socket
                .frames(|frame| {
                    let now = mark::now();
                    mark::each(frame, |said| {
                        self.got.set(self.got.get() + 1);
                        self.frame.set(frame.len());
                        let mut times = self.times.borrow_mut();
                        times.saturating_record(now.saturating_sub(said));
                    });
                })
                .await?;
            if self.got.get() >= self.want.get() {
                self.news.notify_waiters();
            }
        }
    }

    /// Fails once a reader is gone.
    pub(super) fn expect_whole(&self) -> Result<()> {
        match &*self.lost.borrow() {
            Some(error) => bail!("a reader was lost: {error}"),
            None => Ok(()),
        }
    }

    /// Waits until so much was heard in all.
    pub(super) async fn heard(&self, want: u64, patience: Duration) -> Result<()> {
        self.want.set(want);
        let end = Instant::now() + patience;
        while self.got.get() < want {
            self.expect_whole()?;
            if Instant::now() >= end {
                bail!("only {} of {want} deliveries came", self.got.get());
            }
            // Told between the look and the wait is told to nobody, so the wait is short.
            let _ = tokio::time::timeout(Duration::from_millis(100), self.news.notified()).await;
        }
        Ok(())
    }
}
