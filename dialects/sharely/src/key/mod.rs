//! API keys.

pub(crate) mod authenticated;
pub(crate) mod exchange;
