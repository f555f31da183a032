//! Messages: said, listed, edited, deleted. Each takes the next position of its conversation's log.

mod create;
mod delete;
mod edit;
mod list;
mod title;

pub use create::create;
pub use delete::delete;
pub use edit::edit;
pub use list::{find, list};
