//! Conformance of the gateway's socket code to RFC 6455, tested with a raw TCP client against an echo session, by
//! tables of input and expected output.
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
