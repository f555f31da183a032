//! Typed functions over a transaction, a file per entity. Not found is `None`; what that means is the engine's to say.

pub mod assignment;
pub mod audit;
pub mod conversation;
pub mod draft;
pub mod filter;
pub mod idempotency;
pub mod inbox;
pub mod instance;
pub mod key;
pub mod label;
pub mod listing;
pub mod log;
pub mod member;
pub mod message;
pub mod overview;
pub mod participant;
pub mod phone_number;
pub mod role;
pub mod search;
pub mod signing;
pub mod site;
pub mod space;
pub mod statistics;
pub mod thread;
pub mod workflow;
pub mod workspace;
