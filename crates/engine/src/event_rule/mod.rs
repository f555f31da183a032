//! Event rules of a workspace. They are only stored: the server does not execute them yet.

mod change;
mod create;
mod find;
mod rules;

pub use change::{delete, update};
pub use create::create;
pub use find::{find, page};
