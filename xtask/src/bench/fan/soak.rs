//! Clients that come, read, speak, go and come back, for as long as it takes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::order::{Churn, Order, Report};
use super::socket::Socket;

/// For what must come.
const PATIENCE: Duration = Duration::from_secs(30);
/// What each says while it is there.
const SAYS: usize = 3;
/// Every so many times a client has forgotten where it was.
const FORGETS: u64 = 10;

struct Churning {
    order: Order,
    plan: Churn,
    end: Instant,
    cycles: Cell<u64>,
    said: Cell<u64>,
    fault: RefCell<Option<String>>,
}

/// Where a client was.
#[derive(Default)]
struct Memory {
    epoch: Option<String>,
    has: i64,
}

/// Runs the order to its end: fails if any client misses an entry, has one twice or out of order.
pub(super) async fn run(order: &Order, plan: &Churn) -> Result<Report> {
    let churning = Rc::new(Churning {
        order: order.clone(),
        plan: plan.clone(),
        end: Instant::now() + Duration::from_secs_f64(plan.seconds),
        cycles: Cell::new(0),
        said: Cell::new(0),
        fault: RefCell::new(None),
    });
    let mut clients = Vec::new();
    for number in 0..order.readers {
        let churning = churning.clone();
        clients.push(tokio::task::spawn_local(async move {
            if let Err(error) = churning.live(number).await {
                let fault = format!("client {number}: {error:#}");
                churning.fault.borrow_mut().get_or_insert(fault);
            }
        }));
    }
    for client in clients {
        client.await?;
    }
    if let Some(fault) = churning.fault.borrow().as_ref() {
        bail!("{fault}");
    }
    Ok(Report {
        readers: order.readers,
        messages: churning.said.get(),
        cycles: churning.cycles.get(),
        ..Report::default()
    })
}

impl Churning {
    async fn live(&self, number: usize) -> Result<()> {
        let mut memory = Memory::default();
        let mut cycle = 0_u64;
        while Instant::now() < self.end && self.fault.borrow().is_none() {
            cycle += 1;
            if cycle.is_multiple_of(FORGETS) {
                memory = Memory::default();
            }
            timeout(PATIENCE, self.visit(number, cycle, &mut memory)).await??;
            self.cycles.set(self.cycles.get() + 1);
            // Each for another time, so that they spread.
            sleep(Duration::from_millis(
                300 + (number as u64 * 37 + cycle * 91) % 400,
            ))
            .await;
        }
        Ok(())
    }

    async fn visit(&self, number: usize, cycle: u64, memory: &mut Memory) -> Result<()> {
        let mut door = self.order.reader.clone();
        let chat = &self.plan.chats[number % self.plan.chats.len()];
        if let Some(path) = &mut door.path {
            *path = path.replace("{chat}", chat);
            if let Some(epoch) = &memory.epoch {
                path.push_str(&format!("&last_seq={}&epoch={epoch}", memory.has));
            }
        }
        let mut socket = Socket::open(&self.order.address, &door, number).await?;
        self.read(&mut socket, memory, "connection_established", 1)
            .await?;
        for turn in 0..SAYS {
            let text = format!("{cycle}.{turn} {}", "x".repeat((number * 13) % 500));
            socket
                .say(json!({ "content": text }).to_string().as_bytes())
                .await?;
        }
        self.read(&mut socket, memory, "message_received", SAYS)
            .await?;
        self.said.set(self.said.get() + SAYS as u64);
        if cycle.is_multiple_of(3) {
            let typing = json!({ "action": "typing", "state": "start" });
            socket.say(typing.to_string().as_bytes()).await?;
            socket.say(br#"{"action":"history","limit":20}"#).await?;
            self.read(&mut socket, memory, "history", 1).await?;
        }
        if cycle.is_multiple_of(2) {
            socket.close().await?;
        }
        Ok(())
    }

    /// Reads until so many frames of a kind have come, in order and without a gap.
    async fn read(
        &self,
        socket: &mut Socket,
        memory: &mut Memory,
        kind: &str,
        mut left: usize,
    ) -> Result<()> {
        let mut fault = None;
        while left > 0 {
            socket
                .frames(|frame| {
                    let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
                    left = left.saturating_sub(usize::from(frame["event_type"] == kind));
                    if let Err(told) = memory.note(&frame) {
                        fault.get_or_insert(told);
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

impl Memory {
    fn note(&mut self, frame: &Value) -> Result<(), String> {
        let seq = frame["seq"].as_i64();
        if frame["event_type"] == "connection_established" {
            let was = self.epoch.take();
            self.epoch = frame["epoch"].as_str().map(str::to_owned);
            return match (was, frame["resumed"] == true) {
                (None, _) => {
                    self.has = seq.unwrap_or(0);
                    Ok(())
                }
                (Some(_), true) => Ok(()),
                (Some(_), false) => Err(format!("was not resumed: {frame}")),
            };
        }
        match seq {
            // What was sent again, or somebody's read mark, has a position and is no entry.
            Some(_) if frame["duplicate"] == true || frame["event_type"] == "read" => Ok(()),
            Some(seq) if seq == self.has + 1 => {
                self.has = seq;
                Ok(())
            }
            Some(seq) => Err(format!("{seq} came after {}", self.has)),
            None => Ok(()),
        }
    }
}
