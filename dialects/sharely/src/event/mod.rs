//! What happens in a group, live. The vendor's widget asks for the messages every few seconds instead; the stream is
//! this server's own.

mod encoder;
pub(crate) mod stream;
