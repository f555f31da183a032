//! The `Idempotency-Key` header.

use http::HeaderMap;
use parlor_engine::vault::sha256;
use parlor_model::idempotency::{IdempotencyRequest, ResponseRenderer};
use parlor_model::{Error, Result};

/// Name of the request header.
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";
/// Header of a replayed response.
pub const REPLAYED_HEADER: &str = "idempotent-replayed";

/// Reads the idempotency key of a request; `None` without the header. `scope` names the operation and its target,
/// `body` is the raw request body: a repeated key with another body is a conflict.
///
/// # Errors
/// `Invalid` for an empty, too long or non-printable key.
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
