//! Five vocabularies over one core: what is done in the words of one is shown in the words of all.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod abuse_protection;
mod actions;
mod actors;
mod assertions;
mod live;
mod long_messages;
mod message_order;
mod model;
mod nodes;
mod property;
mod scenario;
