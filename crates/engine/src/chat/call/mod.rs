//! Calls of chats over voice: placed and received over a carrier, which says what the assistant answers and passes on what
//! it hears. What is said are messages of the chat like any other.
//!
//! Keeps INV-77 (`docs/invariants.md`).

mod answer;
mod dial;
mod find;
mod follow_answer;
mod prompt;
mod receive;
mod resume;
mod speak;
mod update_status;

pub use answer::answer;
pub(super) use dial::{dial, insert_outbound};
pub use find::find_placed;
pub use prompt::CallPrompt;
pub use receive::{InboundCall, ReceivedCall, receive};
pub use resume::{CallReference, is_open};
pub use speak::{SpokenText, await_answer, speak};
pub use update_status::update_status;
