//! Wallets: what they sign, whose signature it is, and the token that proves an address afterwards.

mod address;
mod check;
mod message;
mod signature;
mod siwe;
mod token;

pub(crate) use address::{Address, CHAIN_NAME};
pub(crate) use check::{NONCE_PURPOSE, SignedMessage, exchange_signed_message};
pub(crate) use token::verify_address_token;
