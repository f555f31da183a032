//! Acceptance tests of the vendor's documented behaviour, on both databases. A number in a test's name is that of the
//! acceptance case.
//!
//! Proves INV-15 (`docs/invariants.md`).
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod activate;
mod agent_server;
mod assistant;
mod concurrency;
mod create_group;
mod departed;
mod empty_knowledge;
mod events;
mod every_endpoint;
mod examples;
mod exchange;
mod fixtures;
mod get_space;
mod groups;
mod idempotency;
mod library_calls;
mod messages;
mod retrieval;
mod roles;
mod server_library;
mod settings;
mod thread_list;
mod thread_messages;
mod threads;
mod token;
mod token_revocation;
mod user_token;
mod widget;
mod widget_visit;
mod workspace;
