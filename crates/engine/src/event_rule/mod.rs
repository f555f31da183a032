//! Rules about what happens in a workspace. They are kept, and nothing of this server does yet what they say.

mod change;
mod create;
mod find;
mod rules;

pub use change::{delete, update};
pub use create::create;
pub use find::{find, page};
