//! Channels: messages between running programs of one workspace.
//!
//! A channel is an id that its users agree on; it has no other representation. Messages go over the bus to subscribers
//! on every node and are not stored.

mod publish;

pub use publish::{MAX_MESSAGE_BYTES, authorize_subscribe, publish};
