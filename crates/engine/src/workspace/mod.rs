//! Workspaces and their organizations.

mod create;
mod find;
mod policy;
mod require_roles;

pub use create::{FirstKey, create};
pub(crate) use find::Workspaces;
pub use find::{find, list, of_handle, owner_ctx};
pub use policy::set_policy;
pub use require_roles::require_roles;
