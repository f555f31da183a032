//! API keys.

pub(crate) mod exchange;
