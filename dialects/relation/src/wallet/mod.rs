//! Wallets: what they sign, whose signature it is, and the token that proves an address afterwards.

mod address;
mod check;
mod message;
mod signature;
mod siwe;
mod token;

pub(crate) use address::{Address, CHAIN};
pub(crate) use check::{NONCE, SignedMessage, exchange};
pub(crate) use token::read;
