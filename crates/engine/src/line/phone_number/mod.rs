//! Phone numbers of a workspace.

mod blockers;
mod create;
mod find;
mod link;
mod options;
mod update;

pub use blockers::{Blockers, blockers, mapped};
pub use create::create;
pub(crate) use find::existing;
pub use find::{find, page};
pub use link::{link, linkable};
pub use update::update;
