//! Spaces: containers of conversations.

mod create;
mod delete;
mod find;
mod list;
mod provision;
mod update;

pub use create::create;
pub use delete::delete;
pub use find::{find, with_conversations};
pub use list::{Batch, batch};
pub use provision::{Provisioned, provision};
pub use update::update;
