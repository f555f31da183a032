//! Participants: who takes part in a conversation, what its owner may do, and what each makes of it for itself.
//!
//! Every change of who takes part takes the next position of the conversation's log, which also puts such changes in
//! one order. Scopes open nothing here unless a command says so: what a member may, it may because of its part.

mod add;
mod among;
mod announce;
mod bring_back;
mod disband;
mod enter;
mod join;
mod leave;
mod list;
mod read;
mod remove;
mod rename;
mod settings;
mod stirred;
mod tell;
mod transfer;
mod unread;

pub use add::add;
pub use among::among;
pub use announce::{Announce, announce};
pub use bring_back::may_take_part;
pub use disband::disband;
pub use join::join;
pub use leave::leave;
pub(crate) use leave::leave_in;
pub use list::mine;
pub use read::read;
pub use remove::remove;
pub use rename::rename;
pub use settings::settings;
pub use stirred::{concerned, some, stirred};
pub use transfer::transfer;
pub use unread::unread;
