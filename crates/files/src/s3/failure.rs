//! Errors of the store, without the names of objects.

use std::error::Error as StdError;

use object_store::Error as StoreError;
use parlor_model::Error;

/// Name of the store in errors.
pub(super) const STORE_NAME: &str = "S3";
/// Longest text of a cause in the log.
const MAX_CAUSE_CHARS: usize = 200;

/// Converts an error. A store that does not answer, or that refuses the access key, is unavailable: the request may be repeated.
pub(super) fn to_model_error(error: &StoreError) -> Error {
    match error {
        StoreError::NotFound { .. } => {
            Error::internal("the store of files has no such object, or no such bucket")
        }
        StoreError::PermissionDenied { .. } => {
            Error::unavailable("the store of files refuses the access key: permission denied")
        }
        StoreError::Unauthenticated { .. } => {
            Error::unavailable("the store of files refuses the access key: not authenticated")
        }
        error => Error::unavailable(format_args!("the store of files: {}", root_cause(error))),
    }
}

/// Converts an error of a write. A missing bucket makes the store unavailable: no object is expected to be there.
pub(super) fn to_write_error(error: &StoreError) -> Error {
    match error {
        StoreError::NotFound { .. } => Error::unavailable("the store of files has no such bucket"),
        error => to_model_error(error),
    }
}

/// Returns the innermost cause. The outer ones name the object.
fn root_cause(error: &StoreError) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().chars().take(MAX_CAUSE_CHARS).collect()
}
