//! Verification of wallets, with enveloped responses.

pub(crate) mod eth;
pub(crate) mod nonce;
