//! Chats: the caller's own view of its channels.

pub(crate) mod cursor;
pub(crate) mod hide;
pub(crate) mod list;
pub(crate) mod mute;
pub(crate) mod pin;
