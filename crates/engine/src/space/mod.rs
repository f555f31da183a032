//! Spaces: containers of conversations.

mod conversation;
mod conversations;
mod create;
mod default;
mod delete;
mod find;
mod list;
mod provision;
mod remove;
mod texts;
mod update;
mod whole;

pub use conversation::{conversation, conversation_of_messages};
pub use conversations::Conversations;
pub use create::create;
pub(crate) use create::{contact, may_ensure};
pub use default::default_conversation;
pub use delete::delete;
pub use find::find;
pub(crate) use find::readable;
pub use list::{Batch, batch};
pub use provision::{Provisioned, provision};
pub use remove::remove;
pub(crate) use texts::check_texts;
pub use update::update;
pub use whole::{Person, Whole, whole};
