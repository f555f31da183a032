//! Parses query parameters. Errors name the parameter.

use parlor_kit::{QueryParams, time};
use parlor_model::error::ErrorKind;
use parlor_model::keyset::SortOrder;
use parlor_model::{Error, Result, Timestamp};

use crate::ids::EntityRef;

/// Prefix of fields in errors that marks query parameters.
pub(crate) const QUERY_FIELD_PREFIX: &str = "query.";

/// Builds the error of a query parameter.
pub(crate) fn invalid_query_error(name: &str, rule: &str) -> Error {
    Error::invalid(format!("{QUERY_FIELD_PREFIX}{name}"), rule.to_owned())
}

/// Marks the field of an error as a query parameter.
pub(crate) fn map_query_error<T>(result: Result<T>) -> Result<T> {
    result.map_err(|error| match error.kind() {
        ErrorKind::Invalid { field, rule } => invalid_query_error(field, rule),
        _ => error,
    })
}

/// Parses `true` or `false`.
pub(crate) fn parse_bool(name: &str, text: &str) -> Result<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid_query_error(name, "must be true or false")),
    }
}

/// Parses a flag with two names; the first one present wins.
pub(crate) fn parse_bool_alias(
    query: &QueryParams,
    one: &'static str,
    other: &'static str,
) -> Result<Option<bool>> {
    let found = [one, other]
        .into_iter()
        .find_map(|name| query.get(name).map(|text| (name, text)));
    found.map(|(name, text)| parse_bool(name, text)).transpose()
}

/// Parses an id.
pub(crate) fn parse_reference(name: &str, text: &str) -> Result<EntityRef> {
    EntityRef::parse(text)
        .ok_or_else(|| invalid_query_error(name, "must be a positive integer id or a UUID"))
}

/// Parses an ISO 8601 time with any offset. An unescaped plus sign arrives as a space.
pub(crate) fn parse_timestamp(name: &str, text: &str) -> Result<Timestamp> {
    time::parse_iso(&text.replace(' ', "+"))
        .ok_or_else(|| invalid_query_error(name, "must be an ISO 8601 time"))
}

/// Parses `sortOrder`; descending by default.
pub(crate) fn parse_sort_order(query: &QueryParams) -> Result<SortOrder> {
    match query.get("sortOrder") {
        None | Some("desc") => Ok(SortOrder::Descending),
        Some("asc") => Ok(SortOrder::Ascending),
        Some(_) => Err(invalid_query_error("sortOrder", "must be asc or desc")),
    }
}
