//! Sites: places outside where a workspace's conversations begin.

mod create;
mod find;
mod update;

pub use create::create;
pub(crate) use find::open;
pub use find::{find, number, page};
pub use update::update;
