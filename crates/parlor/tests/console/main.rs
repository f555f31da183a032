//! The console: its pages in a browser, and the way in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod browser;
mod deliveries;
mod health;
mod members;
mod requests;
mod session;
mod usage;
mod visitor;

/// The real binary is run as the tests of the program run it.
#[path = "../server/program.rs"]
mod program;
