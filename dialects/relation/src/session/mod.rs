//! Signing in.

pub(crate) mod create;
