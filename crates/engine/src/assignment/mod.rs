//! Assignments: one run of a workflow for one member, mostly made with their conversation.

mod cancel;
mod create;
mod find;
mod list;
mod plan;
mod update;

pub use cancel::cancel;
pub use create::create;
pub use find::find;
pub use list::list;
pub use plan::plan;
pub use update::update;
