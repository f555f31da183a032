//! Decoding and encoding of token parts, for forged tokens.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;

/// Splits a token into header, claims and signature.
pub(crate) fn token_parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

/// Decodes a part.
pub(crate) fn decode_part(part: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

/// Encodes a part.
pub(crate) fn encode_part(value: &Value) -> String {
    BASE64.encode(value.to_string())
}
