//! Providers against a server that answers as scripted: each odd response, each error, each limit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod addresses;
mod cancel;
mod circuit_breaker;
mod echo;
mod errors;
mod fixture;
mod limits;
mod probe;
mod registry;
mod requests;
mod responses;
mod retries;
mod scripted_server;
mod timeouts;
