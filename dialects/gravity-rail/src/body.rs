//! Parses request bodies: JSON objects whose unknown fields are ignored.

use parlor_kit::{ContentTypePolicy, RequestBody, request_body};
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};
use serde::de::DeserializeOwned;

/// Parses a body with any content type. An absent body is an empty object.
pub(crate) async fn parse<T: DeserializeOwned>(payload: RequestBody) -> Result<T> {
    let map = payload.object(ContentTypePolicy::Any).await?;
    request_body::deserialize_map(map).map_err(simplify_error)
}

/// Parses a body into two types, each with some of its fields.
pub(crate) async fn parse_both<A: DeserializeOwned, B: DeserializeOwned>(
    payload: RequestBody,
) -> Result<(A, B)> {
    let map = payload.object(ContentTypePolicy::Any).await?;
    let first = request_body::deserialize_map(map.clone()).map_err(simplify_error)?;
    Ok((
        first,
        request_body::deserialize_map(map).map_err(simplify_error)?,
    ))
}

/// Strips the description of the found type from a rule, so that it says only what the field must be.
pub(crate) fn simplify_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Invalid { field, rule } => {
            match rule.strip_prefix(request_body::WRONG_TYPE_PREFIX) {
                Some(rule) => Error::invalid(field.clone(), rule.to_owned()),
                None => error,
            }
        }
        _ => error,
    }
}

/// Replaces a field name of the engine by its name in this API's bodies.
pub(crate) fn rename_error_field(error: Error, names: &[(&str, &'static str)]) -> Error {
    let ErrorKind::Invalid { field, rule } = error.kind() else {
        return error;
    };
    match names.iter().find(|(core, _)| core == field) {
        Some((_, name)) => Error::invalid(*name, rule.clone()),
        None => error,
    }
}
