//! The acceptance cases of this dialect, by their numbers, on both databases.
//!
//! Proves INV-17, INV-28, INV-46 (`docs/invariants.md`).
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod assistant;
mod channel;
mod channel_list;
mod concurrency;
mod create;
mod demo_client;
mod examples;
mod fixtures;
mod following;
mod groups;
mod invalid_parameters;
mod live;
mod message_paging;
mod messages;
mod profile;
mod quotes;
mod request_limits;
mod revocation;
mod sign_in;
mod signer;
mod siwe;
mod tokens;
mod unread_counts;
mod wallet;
