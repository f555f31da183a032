//! The WebSocket of one chat: `/ws/chat`, after api-reference/chats/websocket.
//!
//! Version 1 is the vendor's: acknowledgements, messages of others and errors. Version 2 is this server's own: the whole
//! log, resumable from any position, and ephemeral events.

pub(crate) mod connect;
mod identity;
mod protocol;
