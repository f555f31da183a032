//! What the store promises, asked of both databases by the same tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "everything here is a test or what tests share"
)]

#[macro_use]
mod fixture;

mod append;
mod bounds;
mod clocks;
mod commit_listener;
mod condition;
mod connection;
mod crash;
mod delete;
mod effect;
mod errors;
mod follow;
mod index;
mod invalidation;
mod listing;
mod migrate;
mod order;
mod plan;
mod race;
mod scan;
mod search;
mod statement;
mod text;
mod write;
