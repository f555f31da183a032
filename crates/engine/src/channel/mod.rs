//! Channels: how programs of one workspace pass messages to each other while they run.
//!
//! A channel is an id that its users agree on; it exists nowhere else. What is published goes over the bus, is stored in no
//! database, and reaches the subscribers of every node that the bus reaches.

mod publish;

pub use publish::{MAX_MESSAGE_BYTES, authorize_subscribe, publish};
