//! One WebSocket per chat: `/ws/chat`, after api-reference/chats/websocket.
//!
//! Version 1 is the vendor's: what the sender is told, what others say, errors. Version 2 is this server's own and
//! tells the whole log, from any position on.

pub(crate) mod asked;
pub(crate) mod codec;
pub(crate) mod connect;
pub(crate) mod credential;
pub(crate) mod farewell;
pub(crate) mod talk;
pub(crate) mod verbs;
pub(crate) mod words;
