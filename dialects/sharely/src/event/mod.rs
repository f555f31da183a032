//! Event stream of a group, an extension of this server. The vendor's widget polls the messages instead.

mod encoder;
mod event_schema;
pub(crate) mod stream;
