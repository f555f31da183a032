//! Readers that lose their server and come back to it, while somebody goes on speaking.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

use super::READY;
use super::order::{Order, Post, Report};
use super::socket::Socket;
use super::stopped::post;

/// For the server to be gone and for everybody to be back.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two messages.
const PAUSE: Duration = Duration::from_millis(50);
/// Between two tries of a reader to come back.
const AGAIN: Duration = Duration::from_millis(250);

struct Crowd {
    order: Order,
    began: Instant,
    came: Cell<usize>,
    back: Cell<usize>,
    broke: Cell<Option<Duration>>,
    whole: Cell<Option<Duration>>,
    /// How far each has read.
    has: RefCell<Vec<i64>>,
    fault: RefCell<Option<String>>,
}

/// Runs the order to its end: fails if any reader lacks an entry, has one twice or out of order.
pub(super) async fn run(order: &Order, plan: &Post) -> Result<Report> {
    let crowd = Rc::new(Crowd {
        order: order.clone(),
        began: Instant::now(),
        came: Cell::new(0),
        back: Cell::new(0),
        broke: Cell::new(None),
        whole: Cell::new(None),
        has: RefCell::new(vec![0; order.readers]),
        fault: RefCell::new(None),
    });
    let gate = Rc::new(tokio::sync::Semaphore::new(64));
    for number in 0..order.readers {
        let (crowd, gate) = (crowd.clone(), gate.clone());
        tokio::task::spawn_local(async move { crowd.follow(number, &gate).await });
    }
    crowd
        .until("readers came", || crowd.came.get() == order.readers)
        .await?;
    println!("{READY}");
    let (mut acked, mut messages) = (0, 0);
    while crowd.back.get() < order.readers {
        crowd.expect_sound()?;
        if crowd.began.elapsed() > PATIENCE {
            bail!("{} of {} came back", crowd.back.get(), order.readers);
        }
        // A message that nobody confirmed may be stored or not: readers need not have it.
        if let Ok(seq) = post(&order.address, plan).await {
            acked = acked.max(seq);
            messages += 1;
        }
        tokio::time::sleep(PAUSE).await;
    }
    crowd
        .until("readers have everything", || {
            crowd.has.borrow().iter().all(|has| *has >= acked)
        })
        .await?;
    let (broke, whole) = (crowd.broke.get(), crowd.whole.get());
    let spent = whole
        .unwrap_or_default()
        .saturating_sub(broke.unwrap_or_default());
    Ok(Report {
        readers: order.readers,
        messages,
        resumed_seconds: spent.as_secs_f64(),
        ..Report::default()
    })
}

impl Crowd {
    async fn until(&self, what: &str, there: impl Fn() -> bool) -> Result<()> {
        while !there() {
            self.expect_sound()?;
            if self.began.elapsed() > PATIENCE {
                bail!("not in time: {what}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    fn expect_sound(&self) -> Result<()> {
        match &*self.fault.borrow() {
            Some(fault) => bail!("{fault}"),
            None => Ok(()),
        }
    }

    async fn follow(&self, number: usize, gate: &tokio::sync::Semaphore) {
        let mut epoch = None;
        loop {
            let opened = {
                let _pass = gate.acquire().await;
                self.enter(number, epoch.as_deref()).await
            };
            let Ok(mut socket) = opened else {
                // Spread, so that they do not all knock at once.
                let part = (number % 16) as u32;
                tokio::time::sleep(AGAIN + AGAIN * part / 16).await;
                continue;
            };
            let mut fault = None;
            loop {
                let read = socket.frames(|frame| {
                    if let Err(told) = self.hear(number, frame, &mut epoch) {
                        fault.get_or_insert(told);
                    }
                });
                let read = read.await;
                if let Some(fault) = fault.take() {
                    self.fault.borrow_mut().get_or_insert(fault);
                    return;
                }
                if read.is_err() {
                    break;
                }
            }
            if self.broke.get().is_none() {
                self.broke.set(Some(self.began.elapsed()));
            }
        }
    }

    async fn enter(&self, number: usize, epoch: Option<&str>) -> std::io::Result<Socket> {
        let mut door = self.order.reader.clone();
        if let (Some(epoch), Some(path)) = (epoch, &mut door.path) {
            let has = self.has.borrow()[number];
            path.push_str(&format!("&last_seq={has}&epoch={epoch}"));
        }
        Socket::open(&self.order.address, &door, number % self.order.users).await
    }

    fn hear(&self, number: usize, frame: &[u8], epoch: &mut Option<String>) -> Result<(), String> {
        let frame: Value = serde_json::from_slice(frame).map_err(|error| error.to_string())?;
        let seq = frame["seq"].as_i64();
        let mut has = self.has.borrow_mut();
        if frame["event_type"] == "connection_established" {
            if epoch.is_none() {
                self.came.set(self.came.get() + 1);
                has[number] = seq.unwrap_or(0);
            } else if frame["resumed"] != true {
                return Err(format!("reader {number} was not resumed: {frame}"));
            } else {
                self.back.set(self.back.get() + 1);
                self.whole.set(Some(self.began.elapsed()));
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
