//! Labels: words of the workspace's own that conversations and members are marked with.

mod change;
mod create;
mod find;
mod mark;
mod member;

pub use change::{delete, update};
pub use create::create;
pub use find::{find, number_of, of_conversations, page};
pub(crate) use mark::referenced;
pub use mark::{mark, unmark};
pub use member::of_members;
pub(crate) use member::{checked, set_of_member};
pub use parlor_model::label::LabelReference as Named;
