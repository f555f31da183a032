//! Text messages, in both directions.

mod accept;
mod lifecycle;
mod receive;

pub(crate) use accept::{TextRequest, accept_text};
pub(crate) use receive::{PersonText, receive_text};
