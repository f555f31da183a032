//! Keccak-256, Ethereum's hash function.

use sha3::{Digest, Keccak256};

/// Hashes `bytes`.
pub(super) fn keccak256(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}
