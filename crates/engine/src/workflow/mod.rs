//! Workflows: an editable draft and its published versions.

mod access;
mod activate;
mod create;
mod draft;
mod find;
mod publish;
mod update;
mod version;

pub use activate::{activate, deactivate};
pub use create::create;
pub(crate) use find::find_in_tx;
pub use find::{find, find_number, page};
pub use publish::publish;
pub use update::update;
pub use version::{find_active_version, find_version, list_versions, set_note};
