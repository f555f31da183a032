//! Labels that a workspace attaches to conversations and members.

mod attach;
mod create;
mod delete;
mod find;
mod member;
mod update;

pub(crate) use attach::resolve_number;
pub use attach::{attach, detach};
pub use create::create;
pub use delete::delete;
pub use find::{find_number, page};
pub use member::list_by_member;
pub(crate) use member::{set_member_labels, validated_names};
pub use parlor_model::label::LabelRef;
pub use update::update;
