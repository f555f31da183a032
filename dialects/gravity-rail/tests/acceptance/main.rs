//! The dialect's acceptance cases, by number, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod actions;
mod agents;
mod assignments;
mod change;
mod create;
mod direct;
mod edges;
mod endurance;
mod events;
mod examples;
mod first_words;
mod keys;
mod lines;
mod list;
mod list_shape;
mod marks;
mod members;
mod messages;
mod models;
mod neighbours;
mod people;
mod queue;
mod ratings;
mod reader;
mod refusals;
mod rules;
mod sign_up;
mod single;
mod sites;
mod typed_client;
mod unkept;
mod versions;
mod voice;
mod workspaces;
mod world;
