//! Providers against servers that nobody here wrote: aimock and llmock, which play a model server and fail as scripted,
//! and a small language model that llama.cpp runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod aimock;
mod fixture;
mod llmock;
mod local_model;
mod process;
mod turn;
