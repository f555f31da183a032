//! The engine's promises that no dialect's route shows yet, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod import;
mod keys;
mod log;
mod merge;
mod messages;
mod naming;
mod participants;
mod reading;
mod remembered;
mod removal;
mod search;
mod sends;
mod someone;
