//! Sites: external places, such as web pages, where conversations begin.

mod create;
mod find;
mod update;

pub use create::create;
pub(crate) use find::find_active_in_tx;
pub use find::{find, find_number, page};
pub use update::update;
