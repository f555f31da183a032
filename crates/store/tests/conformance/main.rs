//! Conformance tests of the store, run on both databases.
//!
//! Proves INV-2, INV-3, INV-14 (`docs/invariants.md`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "everything here is a test or shared by tests"
)]

#[macro_use]
mod fixture;

mod append;
mod bounds;
mod clocks;
mod commit_listener;
mod condition;
mod connection;
mod contention;
mod crash;
mod delete;
mod effect;
mod errors;
mod follow;
mod index;
mod invalidation;
mod job;
mod listing;
mod log_removal;
mod migrate;
mod order;
mod outbox;
mod plan;
mod race;
mod removal;
mod scan;
mod search;
mod sequential_scan;
mod statement;
mod text;
mod turn;
mod unmatched;
mod voice_call;
mod write;
