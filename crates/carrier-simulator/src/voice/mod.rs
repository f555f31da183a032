//! Calls, in both directions.

mod accept;
mod conversation;
mod receive;
mod report;
mod ring;
mod status;

pub(crate) use accept::{CallRequest, accept_call};
pub(crate) use receive::{PersonCall, receive_call};
