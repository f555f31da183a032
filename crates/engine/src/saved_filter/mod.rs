//! Saved filters of conversation lists. They belong to a member, are visible to no other, and require no scope.

mod change;
mod create;
mod find;

pub use change::{delete, update};
pub use create::create;
pub use find::{find, page};
