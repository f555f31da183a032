//! `/ws/`: a WebSocket with the new messages of all channels of a member.
//!
//! The vendor's SDK reads it; its wire format is not published. Each frame is the object that the SDK passes on, with the
//! message under the key `im-message`.
//!
//! Keeps INV-46 (`docs/invariants.md`).

pub(crate) mod connect;
mod credential;
mod disconnect;
mod merge;
mod message_frame;
mod new_messages;
mod protocol;
