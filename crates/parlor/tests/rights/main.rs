//! Who may read, write and manage what, after any sequence of events: an independent model, and a server that is held
//! against it through every dialect, socket and stream.
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
