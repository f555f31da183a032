//! Typed functions over a transaction, a file per entity. Not found is `None`; what that means is the engine's to say.

pub mod assignment;
pub mod audit;
pub mod conversation;
pub mod idempotency;
pub mod import;
pub mod inbox;
pub mod instance;
pub mod key;
pub mod listing;
pub mod log;
pub mod member;
pub mod message;
pub mod participant;
pub mod phone_number;
pub mod restore;
pub mod signing;
pub mod space;
pub mod walk;
pub mod workflow;
pub mod workspace;
