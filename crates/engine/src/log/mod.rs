//! The log of a conversation: one gap-free sequence of messages and other entries, read and written.

mod history;
mod last_seqs;
mod read_items;
mod read_page;
mod write_change;

pub use history::{
    HistoryItem, HistoryItemSummary, HistoryQuery, read_history, read_history_summaries,
};
pub use last_seqs::last_seqs;
pub use read_items::{read_items, read_summaries};
pub use read_page::{LogPage, read_page};
pub(crate) use write_change::{single_change, write_change, write_change_by, write_group_profile};
