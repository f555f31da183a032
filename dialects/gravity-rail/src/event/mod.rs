//! Live events of a chat. The vendor names them in its webhooks, as `family:verb`, and has no stream; the stream is
//! this server's own.

mod encoder;
pub(crate) mod stream;
