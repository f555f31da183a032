//! Participants: membership changes, the owner's operations, and each participant's own settings.
//!
//! Every membership change takes the next seq of the conversation's log, which orders them. Unless an operation says
//! otherwise, scopes do not matter here: members act by their participation.
//!
//! Keeps INV-18 (`docs/invariants.md`).

mod add;
mod close;
mod find;
mod join;
mod leave;
mod list_changes;
mod list_own;
mod mark_read;
mod rejoin_policy;
mod remove;
mod set_announcement;
mod transfer;
mod unread_totals;
mod update_group_profile;
mod update_settings;

pub use add::add;
pub use close::close_conversation;
pub use find::find;
pub use join::join;
pub use leave::leave;
pub use list_changes::{affected_members, find_list_items, list_changes};
pub use list_own::list_own;
pub use mark_read::mark_read;
pub use rejoin_policy::check_may_join;
pub use remove::remove;
pub use set_announcement::{SetAnnouncement, set_announcement};
pub use transfer::transfer;
pub use unread_totals::unread_totals;
pub use update_group_profile::update_group_profile;
pub use update_settings::update_settings;
