//! Assignments: one run of a workflow for one member, usually created with its conversation.

mod cancel;
mod create;
mod find;
mod find_with_draft;
mod list;
mod update;

pub use cancel::cancel;
pub use create::create;
pub use find::find;
pub use find_with_draft::find_with_draft;
pub use list::list;
pub use update::update;
