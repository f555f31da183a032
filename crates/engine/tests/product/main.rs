//! Guarantees of the engine that no dialect's route covers yet, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod api_keys;
mod assistant_settings;
mod cache_invalidation;
mod deletion;
mod import;
mod log;
mod merge;
mod message_results;
mod messages;
mod participants;
mod read_marks;
mod reindexing;
mod removal;
mod search;
mod test_member;
mod tools;
mod who_speaks;
