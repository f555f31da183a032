//! Delivery guarantees under faults: many clients write and read while connections break and the server is killed;
//! afterwards every acknowledged message was received by every reader, once and in one order.
//!
//! Proves INV-1, INV-6, INV-10, INV-40 (`docs/invariants.md`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod checker;
mod checker_self_test;
mod clients;
mod fault_injection;
mod nodes;
mod raw_reader;

#[allow(dead_code, reason = "the other tests ask for more")]
#[path = "../server/program.rs"]
mod program;
