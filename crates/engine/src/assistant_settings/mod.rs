//! Settings of a workspace's assistants, stored encrypted.
//!
//! Keeps INV-33 (`docs/invariants.md`).

mod clear;
mod find;
mod seal;
mod update;

pub use clear::clear;
pub use find::{find, find_with_secrets, has_provider, require_provider};
pub use update::update;
