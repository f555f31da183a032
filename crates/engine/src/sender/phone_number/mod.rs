//! Phone numbers of a workspace.

mod blockers;
mod create;
mod find;
mod link;
mod options;
mod update;

pub use blockers::{PhoneNumberBlockers, find_blockers, used_by_workflows};
pub use create::create;
pub use find::{find, page};
pub use link::{link, list_linkable};
pub use update::update;
