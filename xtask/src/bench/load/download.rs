//! Large downloads.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::LoadReport;
use super::connection::LoadConnection;

/// Repeats a download until the time is over; the report is of the last one.
pub(super) async fn download(address: &str, request: &[u8], seconds: f64) -> Result<LoadReport> {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let mut done = 0;
    loop {
        let mut report = download_once(address, request).await?;
        done += 1;
        if Instant::now() >= end {
            report.done = done;
            return Ok(report);
        }
    }
}

async fn download_once(address: &str, request: &[u8]) -> Result<LoadReport> {
    let mut connection = LoadConnection::connect(address).await?;
    let start = Instant::now();
    connection.send(request).await?;
    let head = connection.read_head().await?;
    if head.status != 200 {
        bail!("the download was refused with status {}", head.status);
    }
    let (mut first, mut bytes, mut lines) = (None, 0, 0);
    connection
        .read_body(&head, |piece| {
            first.get_or_insert_with(Instant::now);
            bytes += piece.len() as u64;
            lines += memchr::memchr_iter(b'\n', piece).count() as u64;
        })
        .await?;
    let seconds = start.elapsed().as_secs_f64();
    let first = first.unwrap_or_else(Instant::now);
    Ok(LoadReport {
        seconds,
        bytes,
        lines,
        first_byte_ms: (first - start).as_secs_f64() * 1e3,
        ..LoadReport::default()
    })
}
