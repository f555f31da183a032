//! Labels that a workspace attaches to conversations and members.

mod attach;
mod change;
mod create;
mod find;
mod member;

pub(crate) use attach::resolve_number;
pub use attach::{attach, detach};
pub use change::{delete, update};
pub use create::create;
pub use find::{find, find_number, page};
pub use member::list_by_member;
pub(crate) use member::{set_member_labels, validated_names};
pub use parlor_model::label::LabelRef;
