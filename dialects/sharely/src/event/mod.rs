//! Event stream of a group, an extension of this server. The vendor's widget polls the messages instead.

mod encoder;
pub(crate) mod stream;
