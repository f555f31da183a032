//! Workspaces and their organizations.

mod create;
mod find;
mod policy;

pub use create::{FirstKey, create};
pub(crate) use find::Workspaces;
pub use find::{find, list, owner_ctx};
pub use policy::set_policy;
