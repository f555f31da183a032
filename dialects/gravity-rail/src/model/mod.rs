//! Models that chats may name.

pub(crate) mod list;
mod reference;

pub(crate) use reference::ModelReference;
