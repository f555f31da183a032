//! The dialect's acceptance cases, by number, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod agents;
mod assignments;
mod change;
mod create;
mod direct;
mod edges;
mod examples;
mod first_words;
mod lines;
mod list;
mod members;
mod models;
mod refusals;
mod versions;
mod voice;
mod workspaces;
mod world;
