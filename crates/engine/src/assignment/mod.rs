//! Assignments: one run of a workflow for one member, in one conversation. They are made with their conversation.

mod cancel;
mod find;
mod list;

pub use cancel::cancel;
pub use find::find;
pub use list::list;
