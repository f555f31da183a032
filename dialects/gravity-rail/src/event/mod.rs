//! What happens in a chat, live. The vendor names a chat's events in its webhooks, as `family:verb`, and shows no way
//! to have them without one; the stream is this server's own.

mod encoder;
pub(crate) mod stream;
