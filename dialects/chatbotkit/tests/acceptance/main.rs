//! The acceptance tests of this dialect, each on both backends and under both prefixes.
//!
//! Proves INV-47 (`docs/invariants.md`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::cloned_ref_to_slice_refs,
    missing_docs,
    reason = "tests"
)]

mod answer_activities;
mod answers;
mod attachments;
mod bad_input;
mod batches;
mod channels;
mod client;
mod contacts;
mod conversations;
mod credentials;
mod deletes;
mod examples;
mod exports;
mod filters;
mod import_bodies;
mod import_failures;
mod import_fixtures;
mod imports;
mod messages;
mod metadata;
mod pages;
mod sessions;
mod spaces;
mod storage;
mod storage_addresses;
mod storage_bucket;
mod storage_upkeep;
mod streams;
mod upserts;
mod usage;
mod votes;
mod yaml;
