//! Idempotent requests: a repeated key returns the first response.

use std::sync::Arc;

/// Renders a result into the bytes of its response.
pub type ResponseRenderer<T> = Arc<dyn Fn(&T) -> Vec<u8> + Send + Sync>;

/// Idempotency key of a request, with everything needed to replay its response.
#[derive(Clone)]
pub struct IdempotencyRequest<T: ?Sized> {
    /// Namespace of the key: the operation and its target.
    pub scope: String,
    /// Caller's key, 1 to 255 characters.
    pub key: String,
    /// SHA-256 of the request; a different request under the same key is refused.
    pub fingerprint: [u8; 32],
    /// Renders the first response, which is stored in the transaction of the change.
    pub render: ResponseRenderer<T>,
}

/// Response under an idempotency key.
#[derive(Debug, Clone)]
pub struct IdempotentResponse {
    /// Rendered response, first or replayed.
    pub body: Vec<u8>,
    /// Whether it is a replay of the first response.
    pub replayed: bool,
}
