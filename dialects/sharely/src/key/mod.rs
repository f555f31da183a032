//! API keys and session tokens.

pub(crate) mod authenticate_user;
pub(crate) mod exchange;
