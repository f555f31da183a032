//! Labels: words of the workspace's own that conversations are marked with.

mod change;
mod create;
mod find;
mod mark;

pub use change::{delete, update};
pub use create::create;
pub use find::{find, number_of, of_conversations, page};
pub use mark::{Named, mark, unmark};
