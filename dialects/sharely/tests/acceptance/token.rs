//! Tokens taken apart and put together again, as an attacker would.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;

/// Header, claims and signature.
pub(crate) fn token_parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

/// What a part says.
pub(crate) fn decode_part(part: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

/// A part that says this.
pub(crate) fn encode_part(value: &Value) -> String {
    BASE64.encode(value.to_string())
}
