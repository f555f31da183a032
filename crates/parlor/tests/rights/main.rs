//! Rights to read, write and manage after any sequence of events: compares a server with an independent model through
//! every dialect, socket and stream.
//!
//! Proves INV-18, INV-21, INV-23, INV-26, INV-27 (`docs/invariants.md`).
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod actions;
mod answer_tampering;
mod checker_self_test;
mod coverage;
mod event;
mod judge;
mod listener;
mod model;
mod nodes;
mod operation;
mod probe;
mod property;
mod run;
mod stage;
