//! A wallet that signs texts.

use std::sync::atomic::{AtomicI64, Ordering};

use data_encoding::HEXLOWER;
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use sha3::{Digest, Keccak256};

/// A counter that makes each text unique: a signature is accepted once.
static SIGNED_COUNT: AtomicI64 = AtomicI64::new(0);

/// A sign-in text with the current time, signed.
pub(crate) fn signed_message(millis: i64) -> Value {
    let count = SIGNED_COUNT.fetch_add(1, Ordering::Relaxed);
    let text = format!("Text {count}\nTimestamp:{millis}");
    let prefixed = format!("\x19Ethereum Signed Message:\n{}{text}", text.len());
    let digest = Keccak256::digest(prefixed.as_bytes());
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, recovery) = key.sign_prehash_recoverable(&digest);
    let mut bytes = signature.to_bytes().to_vec();
    bytes.push(27 + recovery.to_byte());
    json!({ "algorithm": "secp256k1", "message": text, "decoded_signature": HEXLOWER.encode(&bytes) })
}
