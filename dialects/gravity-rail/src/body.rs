//! Reading bodies: an object of known fields; what is not known is ignored.

use parlor_kit::{MediaType, Payload, body};
use parlor_model::error::Kind;
use parlor_model::{Error, Result};
use serde::de::DeserializeOwned;

/// The body as a type. It need not say that it is JSON; an absent one is an empty object.
pub(crate) async fn read<T: DeserializeOwned>(payload: Payload) -> Result<T> {
    let map = payload.object(MediaType::Any).await?;
    body::typed(map).map_err(plain)
}

/// The body as two types, each of which knows some of its fields.
pub(crate) async fn read_both<A: DeserializeOwned, B: DeserializeOwned>(
    payload: Payload,
) -> Result<(A, B)> {
    let map = payload.object(MediaType::Any).await?;
    let first = body::typed(map.clone()).map_err(plain)?;
    Ok((first, body::typed(map).map_err(plain)?))
}

/// Says what a field must be, rather than what the parser found.
pub(crate) fn plain(error: Error) -> Error {
    match error.kind() {
        Kind::Invalid { field, rule } => match rule.strip_prefix(body::WRONG_TYPE) {
            Some(rule) => Error::invalid(field.clone(), rule.to_owned()),
            None => error,
        },
        _ => error,
    }
}

/// Gives a field of the core the name it has in this vendor's bodies.
pub(crate) fn renamed(error: Error, names: &[(&str, &'static str)]) -> Error {
    let Kind::Invalid { field, rule } = error.kind() else {
        return error;
    };
    match names.iter().find(|(core, _)| core == field) {
        Some((_, name)) => Error::invalid(*name, rule.clone()),
        None => error,
    }
}
