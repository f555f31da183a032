//! The caller's channel list and its own settings of channels.

pub(crate) mod cursor;
pub(crate) mod hide;
pub(crate) mod list;
pub(crate) mod mute;
pub(crate) mod pin;
