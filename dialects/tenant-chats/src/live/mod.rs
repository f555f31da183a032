//! One WebSocket for many conversations: `/live`. This server's own, for inboxes and consoles.
//!
//! Its frames are those of version 2 of a chat's socket, made by the same code; each says which conversation it is of.
//! Beyond them there are who has a conversation on screen, and the list of one's conversations.

mod client_frame;
pub(crate) mod connect;
mod conversation_list;
mod identity;
mod protocol;
mod server_frames;
mod subscribe;
