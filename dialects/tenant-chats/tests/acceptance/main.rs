//! The dialect's acceptance cases, by number, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod concurrency;
mod connect;
mod create;
mod cross_visibility;
mod delete;
mod errors;
mod examples;
mod get;
mod limits;
mod list;
mod live;
mod log;
mod messages;
mod page_samples;
mod request_errors;
mod requests;
mod send;
mod socket;
mod socket_failures;
mod text_encoding;
mod third_party_client;
mod transcripts;
mod update;
mod users;
