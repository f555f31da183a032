//! What an account uses.

pub(crate) mod fetch;
