//! Mail, in both directions.

mod accept;
mod compose;
mod deliver;
mod receive;
mod smtp;

pub(crate) use receive::{PersonMail, receive_mail};
pub(crate) use smtp::serve_smtp;
