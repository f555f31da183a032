//! Messages: sending, read marks, deletion, lists, unread counts.

pub(crate) mod access_error;
pub(crate) mod hide;
pub(crate) mod history;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod mark_read;
mod page;
mod quote;
pub(crate) mod render_context;
pub(crate) mod send;
mod system_event;
pub(crate) mod unread_count;
