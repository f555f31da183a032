//! Reading bodies: an object of known fields; what is not known is ignored.

use parlor_kit::{ContentTypePolicy, RequestBody, request_body};
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};
use serde::de::DeserializeOwned;

/// The body as a type. It need not say that it is JSON; an absent one is an empty object.
pub(crate) async fn parse<T: DeserializeOwned>(payload: RequestBody) -> Result<T> {
    let map = payload.object(ContentTypePolicy::Any).await?;
    request_body::deserialize_map(map).map_err(simplify_error)
}

/// The body as two types, each of which knows some of its fields.
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

/// Says what a field must be, rather than what the parser found.
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

/// Gives a field of the core the name it has in this vendor's bodies.
pub(crate) fn rename_error_field(error: Error, names: &[(&str, &'static str)]) -> Error {
    let ErrorKind::Invalid { field, rule } = error.kind() else {
        return error;
    };
    match names.iter().find(|(core, _)| core == field) {
        Some((_, name)) => Error::invalid(*name, rule.clone()),
        None => error,
    }
}
