//! Chats: conversations for one member over one medium, started with everything they need.

mod assistant;
mod deliver;
mod open;
pub(crate) mod plan;
mod refer;
mod say;
mod start;

pub use assistant::assistant;
pub use refer::{Reference, is_same};
pub use say::{Said, Say, say};
pub use start::{StartChatResult, start};
