//! A reader that reads nothing while very much is said, beside others who read all of it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::plan::{FanoutPlan, FanoutReport, PostPlan};
use super::socket::LoadSocket;
use crate::bench::load::{LoadConnection, encode_post};
use crate::bench::process;

/// For everything that was said to be read.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(120);
/// Long things said before memory is read, so that the database's own caches, of some forty megabytes, are full.
const LONG_MESSAGES: u64 = 1_600;
const LONG_MESSAGE_BYTES: usize = 30_000;
/// Ordinary things said before.
const SHORT_MESSAGES: u64 = 5_000;

/// Runs the order to its end: fails if any reader lacks an entry, has one twice or out of order.
pub(super) async fn run(order: &FanoutPlan, plan: &PostPlan) -> Result<FanoutReport> {
    let quick = Rc::new(Cell::new(0));
    let (first, mut has) = LogReader::connect(order, 0).await?;
    let fault = Rc::new(Cell::new(false));
    spawn_fast_reader(first, has, quick.clone(), fault.clone());
    let long = PostPlan {
        body: json!({ "content": "long ".repeat(LONG_MESSAGE_BYTES / 5) }).to_string(),
        ..plan.clone()
    };
    post_all(order, &long, LONG_MESSAGES).await?;
    let acked = post_all(order, plan, SHORT_MESSAGES).await?;
    wait_reached(&quick, acked, &fault).await?;
    let (mut stopped, head) = LogReader::connect(order, 1).await?;
    has = head;
    let before = process::read_usage(order.pid).private_kib;
    let highest = Rc::new(Cell::new(before));
    let watched = {
        let (highest, pid) = (highest.clone(), order.pid);
        tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(50)).await;
                highest.set(highest.get().max(process::read_usage(pid).private_kib));
            }
        })
    };
    let began = Instant::now();
    let acked = post_all(order, plan, plan.messages).await?;
    let said = Instant::now();
    wait_reached(&quick, acked, &fault).await?;
    let behind_ms = said.elapsed().as_secs_f64() * 1e3;
    watched.abort();
    let per_second = plan.messages as f64 / (said - began).as_secs_f64();
    let (again, mut lagged) = (Instant::now(), 0);
    while has < acked {
        let (seen, told) = stopped.read_after(has).await?;
        has = seen;
        lagged += told;
        if again.elapsed() > CATCH_UP_TIMEOUT {
            bail!("the stopped reader has {has} of {acked}");
        }
    }
    Ok(FanoutReport {
        readers: 2,
        messages: plan.messages,
        per_second,
        connected_kib: before,
        peak_kib: highest.get(),
        catch_up_ms: behind_ms,
        resumed_seconds: again.elapsed().as_secs_f64(),
        lagged,
        ..FanoutReport::default()
    })
}

struct LogReader(LoadSocket);

impl LogReader {
    /// Comes in, and tells how far the log reaches.
    async fn connect(order: &FanoutPlan, user: usize) -> Result<(Self, i64)> {
        let mut socket = LoadSocket::connect(&order.address, &order.reader_login, user).await?;
        let mut head = None;
        while head.is_none() {
            socket
                .read_frames(|frame| {
                    let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
                    // What comes along with the first frame is heard too.
                    head = frame["seq"].as_i64().or(head);
                })
                .await?;
        }
        Ok((Self(socket), head.unwrap_or(0)))
    }

    /// Reads on from a position: the next one, and how often it was told that it was too slow.
    async fn read_after(&mut self, mut has: i64) -> Result<(i64, u64)> {
        let (mut lagged, mut fault) = (0, None);
        self.0
            .read_frames(|frame| {
                let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
                lagged += u64::from(frame["event_type"] == "lagged");
                match frame["seq"].as_i64() {
                    Some(seq) if seq == has + 1 => has = seq,
                    Some(seq) => fault = fault.or(Some((seq, has))),
                    None => {}
                }
            })
            .await?;
        match fault {
            Some((seq, has)) => bail!("{seq} came after {has}"),
            None => Ok((has, lagged)),
        }
    }
}

fn spawn_fast_reader(
    mut reader: LogReader,
    mut has: i64,
    quick: Rc<Cell<i64>>,
    fault: Rc<Cell<bool>>,
) {
    tokio::task::spawn_local(async move {
        loop {
            match reader.read_after(has).await {
                Ok((seen, _)) => has = seen,
                Err(_) => return fault.set(true),
            }
            quick.set(has);
        }
    });
}

async fn wait_reached(quick: &Cell<i64>, acked: i64, fault: &Cell<bool>) -> Result<()> {
    let began = Instant::now();
    while quick.get() < acked {
        ensure!(
            !fault.get(),
            "the quick reader was lost or missed something"
        );
        ensure!(
            began.elapsed() < CATCH_UP_TIMEOUT,
            "the quick reader fell behind"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// Says so much over many connections; the last position that was answered.
async fn post_all(order: &FanoutPlan, plan: &PostPlan, messages: u64) -> Result<i64> {
    let (left, acked) = (Rc::new(Cell::new(messages)), Rc::new(Cell::new(0)));
    let request = Rc::new(encode_post(
        &order.address,
        &plan.path,
        &plan.header,
        &plan.body,
    ));
    let mut tasks = Vec::new();
    for _ in 0..plan.connections {
        let (left, acked, request) = (left.clone(), acked.clone(), request.clone());
        let address = order.address.clone();
        tasks.push(tokio::task::spawn_local(async move {
            let mut connection = LoadConnection::connect(&address).await?;
            while left.get() > 0 {
                left.set(left.get() - 1);
                let seq = send_post(&mut connection, &request).await?;
                acked.set(acked.get().max(seq));
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(acked.get())
}

/// Says one thing on a connection of its own; its position.
pub(super) async fn post_one(address: &str, plan: &PostPlan) -> Result<i64> {
    let mut connection = LoadConnection::connect(address).await?;
    let request = encode_post(address, &plan.path, &plan.header, &plan.body);
    send_post(&mut connection, &request).await
}

async fn send_post(connection: &mut LoadConnection, request: &[u8]) -> Result<i64> {
    connection.send(request).await?;
    let head = connection.read_head().await?;
    let mut body = Vec::new();
    connection
        .read_body(&head, |piece| body.extend_from_slice(piece))
        .await?;
    ensure!(head.status == 201, "{}", String::from_utf8_lossy(&body));
    let answer: Value = serde_json::from_slice(&body)?;
    answer["seq"].as_i64().context("no position")
}
