//! The HTTP API.

mod call;
pub(crate) mod chat;
pub(crate) mod client;
pub(crate) mod message;
pub(crate) mod token;
pub(crate) mod user;
