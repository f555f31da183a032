//! Clients that connect, read, send, disconnect and resume for the duration of a soak run.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::plan::{ChurnPlan, FanoutPlan, FanoutReport};
use super::socket::LoadSocket;

/// Maximum wait for an expected frame.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(30);
/// Messages that a client sends per connection.
const MESSAGES_PER_VISIT: usize = 3;
/// Number of connections after which a client starts without a position.
const VISITS_PER_FRESH_START: u64 = 10;

struct ChurnLoad {
    fanout_plan: FanoutPlan,
    plan: ChurnPlan,
    deadline: Instant,
    visits: Cell<u64>,
    sent: Cell<u64>,
    failure: RefCell<Option<String>>,
}

/// Position of a client.
#[derive(Default)]
struct ClientProgress {
    epoch: Option<String>,
    last_seq: i64,
}

/// Runs the plan.
///
/// # Errors
/// If a client misses an entry or gets one twice or out of order.
pub(super) async fn run(plan: &FanoutPlan, churn: &ChurnPlan) -> Result<FanoutReport> {
    let churning = Rc::new(ChurnLoad {
        fanout_plan: plan.clone(),
        plan: churn.clone(),
        deadline: Instant::now() + Duration::from_secs_f64(churn.seconds),
        visits: Cell::new(0),
        sent: Cell::new(0),
        failure: RefCell::new(None),
    });
    let mut clients = Vec::new();
    for number in 0..plan.readers {
        let churning = churning.clone();
        clients.push(tokio::task::spawn_local(async move {
            if let Err(error) = churning.run_client(number).await {
                let fault = format!("client {number}: {error:#}");
                churning.failure.borrow_mut().get_or_insert(fault);
            }
        }));
    }
    for client in clients {
        client.await?;
    }
    if let Some(fault) = churning.failure.borrow().as_ref() {
        bail!("{fault}");
    }
    Ok(FanoutReport {
        readers: plan.readers,
        messages: churning.sent.get(),
        visits: churning.visits.get(),
        ..FanoutReport::default()
    })
}

impl ChurnLoad {
    async fn run_client(&self, number: usize) -> Result<()> {
        let mut memory = ClientProgress::default();
        let mut cycle = 0_u64;
        while Instant::now() < self.deadline && self.failure.borrow().is_none() {
            cycle += 1;
            if cycle.is_multiple_of(VISITS_PER_FRESH_START) {
                memory = ClientProgress::default();
            }
            timeout(RECEIVE_TIMEOUT, self.visit(number, cycle, &mut memory)).await??;
            self.visits.set(self.visits.get() + 1);
            // Different delays distribute the clients over time.
            sleep(Duration::from_millis(
                300 + (number as u64 * 37 + cycle * 91) % 400,
            ))
            .await;
        }
        Ok(())
    }

    async fn visit(&self, number: usize, cycle: u64, memory: &mut ClientProgress) -> Result<()> {
        let mut login = self.fanout_plan.reader_login.clone();
        let chat = &self.plan.chats[number % self.plan.chats.len()];
        if let Some(path) = &mut login.path {
            *path = path.replace("{chat}", chat);
            if let Some(epoch) = &memory.epoch {
                path.push_str(&format!("&last_seq={}&epoch={epoch}", memory.last_seq));
            }
        }
        let mut socket = LoadSocket::connect(&self.fanout_plan.address, &login, number).await?;
        self.read_frames(&mut socket, memory, "connection_established", 1)
            .await?;
        for turn in 0..MESSAGES_PER_VISIT {
            let text = format!("{cycle}.{turn} {}", "x".repeat((number * 13) % 500));
            socket
                .send(json!({ "content": text }).to_string().as_bytes())
                .await?;
        }
        self.read_frames(&mut socket, memory, "message_received", MESSAGES_PER_VISIT)
            .await?;
        self.sent.set(self.sent.get() + MESSAGES_PER_VISIT as u64);
        if cycle.is_multiple_of(3) {
            let typing = json!({ "action": "typing", "state": "start" });
            socket.send(typing.to_string().as_bytes()).await?;
            socket.send(br#"{"action":"history","limit":20}"#).await?;
            self.read_frames(&mut socket, memory, "history", 1).await?;
        }
        if cycle.is_multiple_of(2) {
            socket.close().await?;
        }
        Ok(())
    }

    /// Reads until a number of frames of a kind has arrived, in order and without gaps.
    async fn read_frames(
        &self,
        socket: &mut LoadSocket,
        memory: &mut ClientProgress,
        kind: &str,
        mut left: usize,
    ) -> Result<()> {
        let mut fault = None;
        while left > 0 {
            socket
                .read_frames(|frame| {
                    let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
                    left = left.saturating_sub(usize::from(frame["event_type"] == kind));
                    if let Err(error) = memory.record(&frame) {
                        fault.get_or_insert(error);
                    }
                })
                .await?;
            if let Some(fault) = fault {
                bail!("{fault}");
            }
        }
        Ok(())
    }
}

impl ClientProgress {
    fn record(&mut self, frame: &Value) -> Result<(), String> {
        let seq = frame["seq"].as_i64();
        if frame["event_type"] == "connection_established" {
            let was = self.epoch.take();
            self.epoch = frame["epoch"].as_str().map(str::to_owned);
            return match (was, frame["resumed"] == true) {
                (None, _) => {
                    self.last_seq = seq.unwrap_or(0);
                    Ok(())
                }
                (Some(_), true) => Ok(()),
                (Some(_), false) => Err(format!("was not resumed: {frame}")),
            };
        }
        match seq {
            // Duplicates and read marks carry a sequence number, but are not log entries.
            Some(_) if frame["duplicate"] == true || frame["event_type"] == "read" => Ok(()),
            Some(seq) if seq == self.last_seq + 1 => {
                self.last_seq = seq;
                Ok(())
            }
            Some(seq) => Err(format!("{seq} came after {}", self.last_seq)),
            None => Ok(()),
        }
    }
}
