//! Conversations: groups, chats, direct conversations and threads.

mod begin;
mod chronicle;
mod create;
mod delete;
mod direct;
mod export;
mod find;
mod list;
mod log;
mod outline;
mod retitle;
mod standing;
mod transcript;
mod update;
mod walk;

pub use begin::{FirstMessage, begin};
pub use chronicle::{Chronicle, chronicle};
pub(crate) use create::insert;
pub use create::{Created, create, create_once};
pub use delete::delete;
pub(crate) use delete::erase;
pub use direct::{Direct, direct, find_direct};
pub use export::{Exported, export};
pub(crate) use find::visible;
pub use find::{Whole, find, whole};
pub use list::{Listing, list, of_member};
pub use log::log;
pub use outline::outline;
pub(crate) use outline::{Outlines, authorized};
pub use retitle::retitle;
pub use standing::{Current, Standing, current, standing};
pub(crate) use standing::{stand, under_scope};
pub use transcript::{Line, Place, Written, transcript};
pub(crate) use update::take_part;
pub use update::update;
pub use walk::{Walked, batch};
