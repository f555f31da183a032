//! What is counted over a workspace's conversations, and what waits for a person.

mod daily;
mod tools;
mod usage;
mod waiting;

pub use daily::{Day, daily};
pub(crate) use tools::companion;
pub use tools::tools;
pub use usage::{Usage, conversation_messages, usage};
pub use waiting::waiting;
