//! Proving that a wallet is held, in this API's own envelope.

pub(crate) mod eth;
pub(crate) mod nonce;
