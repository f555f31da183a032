//! Saved filters: a member's named questions to the list of conversations. Nobody else sees them; no scope is asked.

mod change;
mod create;
mod find;

pub use change::{delete, update};
pub use create::create;
pub use find::{find, page};
