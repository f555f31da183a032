//! Requests that may be repeated: the same key gives the first answer again.

use std::sync::Arc;

/// How an outcome is put into the bytes of its answer.
pub type ResponseRenderer<T> = Arc<dyn Fn(&T) -> Vec<u8> + Send + Sync>;

/// A caller's promise that two requests with this key are one.
#[derive(Clone)]
pub struct IdempotencyRequest<T: ?Sized> {
    /// Where the key is unique: the operation, and what it is about.
    pub scope: String,
    /// The caller's key, 1 to 255 characters.
    pub key: String,
    /// SHA-256 of the request; another request under the same key is refused.
    pub fingerprint: [u8; 32],
    /// How the first answer is put into bytes, to be kept with the change itself.
    pub render: ResponseRenderer<T>,
}

/// An answer under an idempotency key.
#[derive(Debug, Clone)]
pub struct IdempotentResponse {
    /// The rendered answer, first or repeated.
    pub body: Vec<u8>,
    /// It was given before.
    pub replayed: bool,
}
