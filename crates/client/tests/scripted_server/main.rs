//! Client against scripted servers with rare behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod close;
mod delivery;
mod fake_server;
#[path = "../fixture/mod.rs"]
mod fixture;
mod reconnect;

use parlor_client::ChatLogEntry;

fn seqs(entries: &[ChatLogEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.seq).collect()
}
