//! Phone numbers of a workspace.

mod create;
mod find;
mod update;

pub use create::create;
pub(crate) use find::existing;
pub use find::{find, page};
pub use update::update;
