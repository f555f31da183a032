//! Workspaces and their organizations.

mod create;
mod find;
mod update;

pub use create::{CreateWorkspaceResult, create};
pub use find::{find, find_by_handle, list, operator_context};
pub use update::update;
