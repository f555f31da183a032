//! Channels: ids by which programs of one account pass messages to each other.

mod event;
pub(crate) mod publish;
pub(crate) mod subscribe;
