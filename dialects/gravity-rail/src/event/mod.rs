//! Live events of a chat. The vendor names them in its webhooks, as `family:verb`, and has no stream; the stream is
//! this server's own.

mod encoder;
mod event_schema;
pub(crate) mod stream;
