//! The `Idempotency-Key` header.

use http::HeaderMap;
use parlor_engine::vault::sha256;
use parlor_model::idempotency::{IdempotencyRequest, ResponseRenderer};
use parlor_model::{Error, Result};

/// The header's name.
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";
/// What a repeated answer says.
pub const REPLAYED_HEADER: &str = "idempotent-replayed";

/// The request's idempotency key with what makes two requests the same, or nothing where none was sent.
/// `scope` names the operation and what it is about; `body` is the request's body as it came.
pub fn read_idempotency_key<T>(
    headers: &HeaderMap,
    scope: String,
    body: &[u8],
    render: ResponseRenderer<T>,
) -> Result<Option<IdempotencyRequest<T>>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY_HEADER) else {
        return Ok(None);
    };
    let key = value.to_str().map(str::trim).unwrap_or_default();
    let is_printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if key.is_empty() || key.len() > 255 || !is_printable {
        return Err(Error::invalid(
            "Idempotency-Key",
            "must be 1 to 255 printable ASCII characters",
        ));
    }
    Ok(Some(IdempotencyRequest {
        scope,
        key: key.to_owned(),
        fingerprint: sha256(body),
        render,
    }))
}
