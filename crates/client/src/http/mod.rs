//! HTTP API.

pub(crate) mod chat;
pub(crate) mod client;
pub(crate) mod message;
mod request;
pub(crate) mod token;
pub(crate) mod user;
