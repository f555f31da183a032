//! Reading queries: a bad value is refused under the name it has there.

use parlor_kit::{Query, time};
use parlor_model::error::Kind;
use parlor_model::page::Order;
use parlor_model::{Error, Result, Timestamp};

use crate::ids::Reference;

/// Marks a refused field as one of the query's.
pub(crate) const PREFIX: &str = "query.";

/// A query parameter that breaks a rule.
pub(crate) fn invalid(name: &str, rule: &str) -> Error {
    Error::invalid(format!("{PREFIX}{name}"), rule.to_owned())
}

/// Marks what was refused as a query parameter.
pub(crate) fn asked<T>(result: Result<T>) -> Result<T> {
    result.map_err(|error| match error.kind() {
        Kind::Invalid { field, rule } => invalid(field, rule),
        _ => error,
    })
}

/// `true` or `false`.
pub(crate) fn flag(name: &str, text: &str) -> Result<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid(name, "must be true or false")),
    }
}

/// The first of two spellings of a flag that is there.
pub(crate) fn either(
    query: &Query,
    one: &'static str,
    other: &'static str,
) -> Result<Option<bool>> {
    let found = [one, other]
        .into_iter()
        .find_map(|name| query.get(name).map(|text| (name, text)));
    found.map(|(name, text)| flag(name, text)).transpose()
}

/// An id.
pub(crate) fn reference(name: &str, text: &str) -> Result<Reference> {
    Reference::parse(text).ok_or_else(|| invalid(name, "must be a positive integer id or a UUID"))
}

/// An instant with any offset. A plus sign that nobody escaped arrives as a space.
pub(crate) fn instant(name: &str, text: &str) -> Result<Timestamp> {
    time::parse(&text.replace(' ', "+")).ok_or_else(|| invalid(name, "must be an ISO 8601 time"))
}

/// `asc` or `desc`; descending by default.
pub(crate) fn order(query: &Query) -> Result<Order> {
    match query.get("sortOrder") {
        None | Some("desc") => Ok(Order::Descending),
        Some("asc") => Ok(Order::Ascending),
        Some(_) => Err(invalid("sortOrder", "must be asc or desc")),
    }
}
