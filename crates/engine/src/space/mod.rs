//! Spaces: containers of conversations.

mod create;
mod delete;
mod find;
mod list;
mod provision;
mod update;
mod whole;

pub use create::create;
pub(crate) use create::{contact, may_ensure};
pub use delete::delete;
pub use find::find;
pub use list::{Batch, batch};
pub use provision::{Provisioned, provision};
pub use update::update;
pub use whole::{Person, Whole, whole};
