//! Usage of the account.

pub(crate) mod fetch;
