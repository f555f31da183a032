//! RFC 6455, held against the gateway's own wire code by a client that is a bare TCP connection: a session that sends
//! back what it receives, and tables of what goes in and what must come out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod closing;
mod echo_server;
mod fragments;
mod frame;
mod frame_cases;
mod framing;
mod handshake;
mod limits;
mod text;
