//! API keys.

pub(crate) mod authenticate_user;
pub(crate) mod exchange;
