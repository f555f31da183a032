//! Saved filters of conversation lists. They belong to a member, are visible to no other, and require no scope.

mod create;
mod delete;
mod find;
mod update;

pub use create::create;
pub use delete::delete;
pub use find::{find, page};
pub use update::update;
