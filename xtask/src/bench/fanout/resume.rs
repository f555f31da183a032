//! Readers that lose their server and come back to it, while somebody goes on speaking.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

use super::READY_LINE;
use super::plan::{FanoutPlan, FanoutReport, PostPlan};
use super::socket::LoadSocket;
use super::stalled_reader::post_one;

/// For the server to be gone and for everybody to be back.
const RESUME_TIMEOUT: Duration = Duration::from_secs(180);
/// Between two messages.
const SEND_INTERVAL: Duration = Duration::from_millis(50);
/// Between two tries of a reader to come back.
const RECONNECT_DELAY: Duration = Duration::from_millis(250);

struct ResumingSubscribers {
    plan: FanoutPlan,
    started_at: Instant,
    connected: Cell<usize>,
    resumed: Cell<usize>,
    first_disconnect: Cell<Option<Duration>>,
    last_resume: Cell<Option<Duration>>,
    /// How far each has read.
    last_seqs: RefCell<Vec<i64>>,
    failure: RefCell<Option<String>>,
}

/// Runs the order to its end: fails if any reader lacks an entry, has one twice or out of order.
pub(super) async fn run(order: &FanoutPlan, plan: &PostPlan) -> Result<FanoutReport> {
    let crowd = Rc::new(ResumingSubscribers {
        plan: order.clone(),
        started_at: Instant::now(),
        connected: Cell::new(0),
        resumed: Cell::new(0),
        first_disconnect: Cell::new(None),
        last_resume: Cell::new(None),
        last_seqs: RefCell::new(vec![0; order.readers]),
        failure: RefCell::new(None),
    });
    let gate = Rc::new(tokio::sync::Semaphore::new(64));
    for number in 0..order.readers {
        let (crowd, gate) = (crowd.clone(), gate.clone());
        tokio::task::spawn_local(async move { crowd.run_subscriber(number, &gate).await });
    }
    crowd
        .wait_until("readers came", || crowd.connected.get() == order.readers)
        .await?;
    println!("{READY_LINE}");
    let (mut acked, mut messages) = (0, 0);
    while crowd.resumed.get() < order.readers {
        crowd.require_no_failure()?;
        if crowd.started_at.elapsed() > RESUME_TIMEOUT {
            bail!("{} of {} came back", crowd.resumed.get(), order.readers);
        }
        // A message that nobody confirmed may be stored or not: readers need not have it.
        if let Ok(seq) = post_one(&order.address, plan).await {
            acked = acked.max(seq);
            messages += 1;
        }
        tokio::time::sleep(SEND_INTERVAL).await;
    }
    crowd
        .wait_until("readers have everything", || {
            crowd.last_seqs.borrow().iter().all(|has| *has >= acked)
        })
        .await?;
    let (broke, whole) = (crowd.first_disconnect.get(), crowd.last_resume.get());
    let spent = whole
        .unwrap_or_default()
        .saturating_sub(broke.unwrap_or_default());
    Ok(FanoutReport {
        readers: order.readers,
        messages,
        resumed_seconds: spent.as_secs_f64(),
        ..FanoutReport::default()
    })
}

impl ResumingSubscribers {
    async fn wait_until(&self, what: &str, there: impl Fn() -> bool) -> Result<()> {
        while !there() {
            self.require_no_failure()?;
            if self.started_at.elapsed() > RESUME_TIMEOUT {
                bail!("not in time: {what}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    fn require_no_failure(&self) -> Result<()> {
        match &*self.failure.borrow() {
            Some(fault) => bail!("{fault}"),
            None => Ok(()),
        }
    }

    async fn run_subscriber(&self, number: usize, gate: &tokio::sync::Semaphore) {
        let mut epoch = None;
        loop {
            let opened = {
                let _pass = gate.acquire().await;
                self.connect(number, epoch.as_deref()).await
            };
            let Ok(mut socket) = opened else {
                // Spread, so that they do not all knock at once.
                let part = (number % 16) as u32;
                tokio::time::sleep(RECONNECT_DELAY + RECONNECT_DELAY * part / 16).await;
                continue;
            };
            let mut fault = None;
            loop {
                let read = socket.read_frames(|frame| {
                    if let Err(told) = self.handle_frame(number, frame, &mut epoch) {
                        fault.get_or_insert(told);
                    }
                });
                let read = read.await;
                if let Some(fault) = fault.take() {
                    self.failure.borrow_mut().get_or_insert(fault);
                    return;
                }
                if read.is_err() {
                    break;
                }
            }
            if self.first_disconnect.get().is_none() {
                self.first_disconnect.set(Some(self.started_at.elapsed()));
            }
        }
    }

    async fn connect(&self, number: usize, epoch: Option<&str>) -> std::io::Result<LoadSocket> {
        let mut door = self.plan.reader_login.clone();
        if let (Some(epoch), Some(path)) = (epoch, &mut door.path) {
            let has = self.last_seqs.borrow()[number];
            path.push_str(&format!("&last_seq={has}&epoch={epoch}"));
        }
        LoadSocket::connect(&self.plan.address, &door, number % self.plan.users).await
    }

    fn handle_frame(
        &self,
        number: usize,
        frame: &[u8],
        epoch: &mut Option<String>,
    ) -> Result<(), String> {
        let frame: Value = serde_json::from_slice(frame).map_err(|error| error.to_string())?;
        let seq = frame["seq"].as_i64();
        let mut has = self.last_seqs.borrow_mut();
        if frame["event_type"] == "connection_established" {
            if epoch.is_none() {
                self.connected.set(self.connected.get() + 1);
                has[number] = seq.unwrap_or(0);
            } else if frame["resumed"] != true {
                return Err(format!("reader {number} was not resumed: {frame}"));
            } else {
                self.resumed.set(self.resumed.get() + 1);
                self.last_resume.set(Some(self.started_at.elapsed()));
            }
            *epoch = frame["epoch"].as_str().map(str::to_owned);
            return Ok(());
        }
        match seq {
            Some(seq) if seq == has[number] + 1 => has[number] = seq,
            Some(seq) => return Err(format!("reader {number}: {seq} after {}", has[number])),
            None => {}
        }
        Ok(())
    }
}
