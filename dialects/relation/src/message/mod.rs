//! Messages: sent, read, hidden, listed, counted.

mod event;
pub(crate) mod hide;
pub(crate) mod info;
pub(crate) mod list;
mod page;
mod quote;
pub(crate) mod read;
pub(crate) mod refusal;
pub(crate) mod scene;
pub(crate) mod send;
pub(crate) mod story;
pub(crate) mod unread_count;
