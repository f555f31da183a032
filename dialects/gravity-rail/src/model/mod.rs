//! Models of the configuration.

pub(crate) mod list;
mod reference;

pub(crate) use reference::ModelReference;
