//! Event rules of a workspace. They are only stored: the server does not execute them yet.

mod create;
mod delete;
mod find;
mod rules;
mod update;

pub use create::create;
pub use delete::delete;
pub use find::{find, page};
pub use update::update;
