//! One WebSocket per chat: `/ws/chat`, after api-reference/chats/websocket.
//!
//! Version 1 is the vendor's: what the sender is told, what others say, errors. Version 2 is this server's own and
//! tells the whole log, from any position on.

pub(crate) mod actions;
pub(crate) mod client_frame;
pub(crate) mod connect;
pub(crate) mod credential;
pub(crate) mod disconnect;
pub(crate) mod encoder;
pub(crate) mod protocol;
pub(crate) mod server_frames;
