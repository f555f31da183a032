//! One reader that does not read while very many messages are sent, and others that read everything.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::plan::{FanoutPlan, FanoutReport, PostPlan};
use super::socket::LoadSocket;
use crate::bench::load::{LoadConnection, encode_post};
use crate::bench::process;

/// Maximum time until all messages have been read.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(120);
/// Long messages that are sent before memory is measured, to fill the database's caches of about 40 MB.
const LONG_MESSAGES: u64 = 1_600;
const LONG_MESSAGE_BYTES: usize = 30_000;
/// Short messages that are sent before.
const SHORT_MESSAGES: u64 = 5_000;

/// Runs the plan.
///
/// # Errors
/// If a reader misses an entry or gets one twice or out of order.
pub(super) async fn run(plan: &FanoutPlan, post_plan: &PostPlan) -> Result<FanoutReport> {
    let quick = Rc::new(Cell::new(0));
    let (first, mut last_seq) = LogReader::connect(plan, 0).await?;
    let fault = Rc::new(Cell::new(false));
    spawn_fast_reader(first, last_seq, quick.clone(), fault.clone());
    let long = PostPlan {
        body: json!({ "content": "long ".repeat(LONG_MESSAGE_BYTES / 5) }).to_string(),
        ..post_plan.clone()
    };
    post_all(plan, &long, LONG_MESSAGES).await?;
    let acked = post_all(plan, post_plan, SHORT_MESSAGES).await?;
    wait_reached(&quick, acked, &fault).await?;
    let (mut stopped, head) = LogReader::connect(plan, 1).await?;
    last_seq = head;
    let before = process::read_usage(plan.pid).private_kib;
    let highest = Rc::new(Cell::new(before));
    let watched = {
        let (highest, pid) = (highest.clone(), plan.pid);
        tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(50)).await;
                highest.set(highest.get().max(process::read_usage(pid).private_kib));
            }
        })
    };
    let began = Instant::now();
    let acked = post_all(plan, post_plan, post_plan.messages).await?;
    let sent_at = Instant::now();
    wait_reached(&quick, acked, &fault).await?;
    let behind_ms = sent_at.elapsed().as_secs_f64() * 1e3;
    watched.abort();
    let per_second = post_plan.messages as f64 / (sent_at - began).as_secs_f64();
    let (again, mut lagged) = (Instant::now(), 0);
    while last_seq < acked {
        let (seq, lagged_frames) = stopped.read_after(last_seq).await?;
        last_seq = seq;
        lagged += lagged_frames;
        if again.elapsed() > CATCH_UP_TIMEOUT {
            bail!("the stopped reader has {last_seq} of {acked}");
        }
    }
    Ok(FanoutReport {
        readers: 2,
        messages: post_plan.messages,
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
    /// Connects, and returns the head of the log.
    async fn connect(plan: &FanoutPlan, user: usize) -> Result<(Self, i64)> {
        let mut socket = LoadSocket::connect(&plan.address, &plan.reader_login, user).await?;
        let mut head = None;
        while head.is_none() {
            socket
                .read_frames(|frame| {
                    let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
                    // Frames that arrive together with the first one are counted too.
                    head = frame["seq"].as_i64().or(head);
                })
                .await?;
        }
        Ok((Self(socket), head.unwrap_or(0)))
    }

    /// Reads frames after a sequence number; returns the new one and the number of `lagged` frames.
    async fn read_after(&mut self, mut last_seq: i64) -> Result<(i64, u64)> {
        let (mut lagged, mut fault) = (0, None);
        self.0
            .read_frames(|frame| {
                let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
                lagged += u64::from(frame["event_type"] == "lagged");
                match frame["seq"].as_i64() {
                    Some(seq) if seq == last_seq + 1 => last_seq = seq,
                    Some(seq) => fault = fault.or(Some((seq, last_seq))),
                    None => {}
                }
            })
            .await?;
        match fault {
            Some((seq, last_seq)) => bail!("{seq} came after {last_seq}"),
            None => Ok((last_seq, lagged)),
        }
    }
}

fn spawn_fast_reader(
    mut reader: LogReader,
    mut last_seq: i64,
    quick: Rc<Cell<i64>>,
    fault: Rc<Cell<bool>>,
) {
    tokio::task::spawn_local(async move {
        loop {
            match reader.read_after(last_seq).await {
                Ok((seq, _)) => last_seq = seq,
                Err(_) => return fault.set(true),
            }
            quick.set(last_seq);
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

/// Sends messages over many connections; returns the highest acknowledged sequence number.
async fn post_all(plan: &FanoutPlan, post_plan: &PostPlan, messages: u64) -> Result<i64> {
    let (left, acked) = (Rc::new(Cell::new(messages)), Rc::new(Cell::new(0)));
    let request = Rc::new(encode_post(
        &plan.address,
        &post_plan.path,
        &post_plan.header,
        &post_plan.body,
    ));
    let mut tasks = Vec::new();
    for _ in 0..post_plan.connections {
        let (left, acked, request) = (left.clone(), acked.clone(), request.clone());
        let address = plan.address.clone();
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

/// Sends one message on a new connection; returns its sequence number.
pub(super) async fn post_one(address: &str, post_plan: &PostPlan) -> Result<i64> {
    let mut connection = LoadConnection::connect(address).await?;
    let request = encode_post(address, &post_plan.path, &post_plan.header, &post_plan.body);
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
