//! Workflows: an editable draft and its published versions.

mod access;
mod activate;
mod create;
mod draft;
mod find;
mod find_version;
mod list_versions;
mod publish;
mod set_version_note;
mod update;

pub use activate::{activate, deactivate};
pub use create::create;
pub(crate) use find::find_in_tx;
pub use find::{find, find_number, page};
pub use find_version::{find_active_version, find_version};
pub use list_versions::list_versions;
pub use publish::publish;
pub use set_version_note::set_note;
pub use update::update;
