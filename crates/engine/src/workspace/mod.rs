//! Workspaces and their organizations.

mod create;
mod find;
mod update;

pub use create::{FirstKey, create};
pub(crate) use find::Workspaces;
pub use find::{find, list, of_handle, owner_ctx};
pub use update::update;
