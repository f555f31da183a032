//! The program from outside: what it prints, what it keeps, what it answers, how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod access;
mod commands;
mod cors;
mod crash;
mod documents;
mod edge;
mod first_run;
mod head;
mod help;
mod journal;
mod long_answers;
mod merge;
mod metrics;
mod operator;
mod policies;
mod postgres;
mod program;
mod refusals;
mod revocation;
mod shutdown;
mod stopped_reader;
mod tour;
