//! What the vendor's pages promise, on both databases. A number in a test's name is that of the acceptance case.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod activate;
mod agent_server;
mod client;
mod concurrency;
mod create_group;
mod departed;
mod empties;
mod events;
mod examples;
mod exchange;
mod get_space;
mod groups;
mod journey;
mod library;
mod library_calls;
mod messages;
mod once;
mod retrieval;
mod roles;
mod settings;
mod thread_messages;
mod threads;
mod token;
mod tokens_refused;
mod user_token;
mod widget;
mod wire;
mod workspace;
