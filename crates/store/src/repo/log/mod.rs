//! The log of a conversation: one gap-free sequence of messages and other entries. [`crate::Store::append`] appends the
//! messages.

mod append;
mod read;

pub(crate) use append::insert_entry_at;
pub(super) use append::next_seq;
pub use append::{append_entry, append_entry_at, append_untimed_entry, insert_first_entry};
pub use read::{entries_after, entries_before, last_state_change_at, read_items, read_summaries};
