//! The dialect's acceptance cases, by number, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod call;
mod create;
mod delete;
mod door;
mod endurance;
mod errors;
mod examples;
mod get;
mod limits;
mod list;
mod live;
mod log;
mod messages;
mod neighbours;
mod page_samples;
mod parallel;
mod refusals;
mod send;
mod socket;
mod stranger;
mod texts;
mod transcripts;
mod update;
mod users;
