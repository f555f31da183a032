//! Nonces: issued without being stored, redeemed once, on any node and across restarts.
//!
//! Keeps INV-28 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::{Result, Timestamp};

use crate::{Engine, idempotency};

/// Issues a nonce for a purpose: 64 lower-case hex digits with its time and a keyed hash.
pub fn issue(engine: &Engine, ws: i64, purpose: &str) -> String {
    let millis = u64::try_from(engine.now().millis()).unwrap_or(0);
    let body = u128::from(millis) << 64 | u128::from(u64::from_be_bytes(engine.random()));
    let signature = sign_nonce(engine, ws, purpose, body);
    format!("{body:032x}{signature:032x}")
}

/// Redeems a nonce. Returns false if this server did not issue it for the purpose, if it is older than `max_age` (at most
/// one day), or if it was redeemed before.
pub async fn redeem(
    engine: &Engine,
    ws: i64,
    purpose: &'static str,
    nonce: &str,
    max_age: Duration,
) -> Result<bool> {
    let is_well_formed = nonce.len() == 64
        && nonce
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_well_formed {
        return Ok(false);
    }
    let half = |text: &str| u128::from_str_radix(text, 16).unwrap_or(0);
    let (body, signature) = (half(&nonce[..32]), half(&nonce[32..]));
    let issued_at = Timestamp::from_millis(i64::try_from(body >> 64).unwrap_or(0));
    if signature != sign_nonce(engine, ws, purpose, body)
        || issued_at.saturating_add(max_age) < engine.now()
    {
        return Ok(false);
    }
    idempotency::claim_key(engine, ws, purpose, nonce.to_owned()).await
}

/// Returns the keyed hash of a nonce.
fn sign_nonce(engine: &Engine, ws: i64, purpose: &str, body: u128) -> u128 {
    let hash = engine
        .vault
        .hash(&format!("nonce/{ws}/{purpose}/{body:032x}"));
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(half)
}
