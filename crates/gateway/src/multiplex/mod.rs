//! One WebSocket with subscriptions to many conversations and to the conversation list.
//!
//! All subscriptions share one queue budget, and logs are read for at most a few of them at a time, so memory per
//! connection is bounded as for a socket of one conversation.

mod protocol;
mod session;
mod subscription_set;

pub use protocol::{MultiplexProtocol, MultiplexReply, SocketAction, SubscribeOptions};
pub use session::MultiplexSession;
