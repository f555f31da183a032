//! The WebSocket for many conversations: `/live`. This server's own, for inboxes and consoles.
//!
//! Its frames are those of version 2 of a chat's socket, each with its conversation. It adds presence and the user's
//! conversation list.

mod client_frame;
pub(crate) mod connect;
mod conversation_list;
mod identity;
mod protocol;
mod server_frames;
mod subscribe;
