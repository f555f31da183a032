//! Readers that resume after a restart of the server, while messages are sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

use super::READY_LINE;
use super::plan::{FanoutPlan, FanoutReport, PostPlan};
use super::socket::LoadSocket;
use super::stalled_reader::post_one;

/// Maximum time until all readers have resumed.
const RESUME_TIMEOUT: Duration = Duration::from_secs(180);
/// Interval between messages.
const SEND_INTERVAL: Duration = Duration::from_millis(50);
/// Interval between connection attempts of a reader.
const RECONNECT_DELAY: Duration = Duration::from_millis(250);

struct ResumingSubscribers {
    plan: FanoutPlan,
    started_at: Instant,
    connected: Cell<usize>,
    resumed: Cell<usize>,
    first_disconnect: Cell<Option<Duration>>,
    last_resume: Cell<Option<Duration>>,
    /// Last sequence number of each reader.
    last_seqs: RefCell<Vec<i64>>,
    failure: RefCell<Option<String>>,
}

/// Runs the plan.
///
/// # Errors
/// If a reader misses an entry or gets one twice or out of order.
pub(super) async fn run(plan: &FanoutPlan, post_plan: &PostPlan) -> Result<FanoutReport> {
    let subscribers = Rc::new(ResumingSubscribers {
        plan: plan.clone(),
        started_at: Instant::now(),
        connected: Cell::new(0),
        resumed: Cell::new(0),
        first_disconnect: Cell::new(None),
        last_resume: Cell::new(None),
        last_seqs: RefCell::new(vec![0; plan.readers]),
        failure: RefCell::new(None),
    });
    let gate = Rc::new(tokio::sync::Semaphore::new(64));
    for number in 0..plan.readers {
        let (subscribers, gate) = (subscribers.clone(), gate.clone());
        tokio::task::spawn_local(async move { subscribers.run_subscriber(number, &gate).await });
    }
    subscribers
        .wait_until("readers came", || {
            subscribers.connected.get() == plan.readers
        })
        .await?;
    println!("{READY_LINE}");
    let (mut acked, mut messages) = (0, 0);
    while subscribers.resumed.get() < plan.readers {
        subscribers.require_no_failure()?;
        if subscribers.started_at.elapsed() > RESUME_TIMEOUT {
            bail!(
                "{} of {} came back",
                subscribers.resumed.get(),
                plan.readers
            );
        }
        // An unacknowledged message may or may not be stored; readers need not receive it.
        if let Ok(seq) = post_one(&plan.address, post_plan).await {
            acked = acked.max(seq);
            messages += 1;
        }
        tokio::time::sleep(SEND_INTERVAL).await;
    }
    subscribers
        .wait_until("readers have everything", || {
            subscribers
                .last_seqs
                .borrow()
                .iter()
                .all(|seq| *seq >= acked)
        })
        .await?;
    let (broke, whole) = (
        subscribers.first_disconnect.get(),
        subscribers.last_resume.get(),
    );
    let spent = whole
        .unwrap_or_default()
        .saturating_sub(broke.unwrap_or_default());
    Ok(FanoutReport {
        readers: plan.readers,
        messages,
        resumed_seconds: spent.as_secs_f64(),
        ..FanoutReport::default()
    })
}

impl ResumingSubscribers {
    async fn wait_until(&self, what: &str, condition: impl Fn() -> bool) -> Result<()> {
        while !condition() {
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
                // Distributes the attempts over time.
                let part = (number % 16) as u32;
                tokio::time::sleep(RECONNECT_DELAY + RECONNECT_DELAY * part / 16).await;
                continue;
            };
            let mut fault = None;
            loop {
                let read = socket.read_frames(|frame| {
                    if let Err(error) = self.handle_frame(number, frame, &mut epoch) {
                        fault.get_or_insert(error);
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
        let mut login = self.plan.reader_login.clone();
        if let (Some(epoch), Some(path)) = (epoch, &mut login.path) {
            let last_seq = self.last_seqs.borrow()[number];
            path.push_str(&format!("&last_seq={last_seq}&epoch={epoch}"));
        }
        LoadSocket::connect(&self.plan.address, &login, number % self.plan.users).await
    }

    fn handle_frame(
        &self,
        number: usize,
        frame: &[u8],
        epoch: &mut Option<String>,
    ) -> Result<(), String> {
        let frame: Value = serde_json::from_slice(frame).map_err(|error| error.to_string())?;
        let seq = frame["seq"].as_i64();
        let mut last_seqs = self.last_seqs.borrow_mut();
        if frame["event_type"] == "connection_established" {
            if epoch.is_none() {
                self.connected.set(self.connected.get() + 1);
                last_seqs[number] = seq.unwrap_or(0);
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
            Some(seq) if seq == last_seqs[number] + 1 => last_seqs[number] = seq,
            Some(seq) => {
                return Err(format!(
                    "reader {number}: {seq} after {}",
                    last_seqs[number]
                ));
            }
            None => {}
        }
        Ok(())
    }
}
