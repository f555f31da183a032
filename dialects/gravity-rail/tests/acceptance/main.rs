//! The dialect's acceptance cases, by number, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod actions;
mod agents;
mod api_keys;
mod assignments;
mod create;
mod cross_visibility;
mod direct;
mod edges;
mod endurance;
mod event_rules;
mod events;
mod examples;
mod fixture;
mod initial_message;
mod labels;
mod list;
mod list_shape;
mod member_lifecycle;
mod members;
mod messages;
mod models;
mod phone_numbers;
mod ratings;
mod reader;
mod refusals;
mod sign_up;
mod single_chat;
mod sites;
mod statistics;
mod storage_failure;
mod typed_client;
mod update;
mod versions;
mod voice;
mod workspaces;
