//! Wallet sign-in: the signed texts, the recovery of the signer, and the address tokens issued for it.

mod address;
mod check;
mod keccak;
mod message;
mod signature;
mod siwe;
mod token;

pub(crate) use address::{Address, CHAIN_NAME};
pub(crate) use check::{NONCE_PURPOSE, SignedMessage, exchange_signed_message};
pub(crate) use token::verify_address_token;
