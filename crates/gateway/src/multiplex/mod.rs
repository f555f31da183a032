//! One WebSocket that follows many conversations, and the list of them.
//!
//! However many it follows, no more waits for it than for a socket of one: what waits is counted together, and what is
//! read from the logs for one that fell behind is read for few conversations at a time.

mod protocol;
mod session;
mod subscription_set;

pub use protocol::{MultiplexProtocol, MultiplexReply, SocketAction, SubscribeOptions};
pub use session::MultiplexSession;
