//! One WebSocket that follows many conversations, and the list of them.
//!
//! However many it follows, no more waits for it than for a socket of one: what waits is counted together, and what is
//! read from the logs for one that fell behind is read for few conversations at a time.

mod desk;
mod follow;
mod session;

pub use desk::{Act, Desk, Following, Reply};
pub use session::LiveSession;
