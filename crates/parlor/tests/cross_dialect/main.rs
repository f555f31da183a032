//! Five dialects over one core: every change made through one dialect shows in all.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod abuse_protection;
mod actions;
mod actors;
mod assertions;
mod live;
mod long_messages;
mod lost_turn_events;
mod message_order;
mod model;
mod nats_access;
mod nodes;
mod property;
mod scenario;
mod two_nodes;
