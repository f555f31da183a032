//! Channels: groups (type G) and pairs (type P).

pub(crate) mod create;
pub(crate) mod info;
pub(crate) mod is_admin;
pub(crate) mod members;
mod view;
