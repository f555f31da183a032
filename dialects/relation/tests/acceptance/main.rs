//! The acceptance cases of this dialect, by their numbers, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod bounds;
mod channel;
mod chats;
mod counts;
mod create;
mod demo;
mod examples;
mod following;
mod groups;
mod live;
mod messages;
mod pages;
mod parallel;
mod parameters;
mod people;
mod profile;
mod quotes;
mod revocation;
mod sign_in;
mod signer;
mod site;
mod tokens;
mod wallet;
