//! JSON frames of the sockets, the same for `/ws/chat` and `/live`.

pub(crate) mod client;
pub(crate) mod encoder;
pub(crate) mod server;
