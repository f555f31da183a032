//! Pages of results.

use parlor_model::{Error, Result};

/// Greatest number of items of a page.
const MAX_PAGE_SIZE: i64 = 100;

/// Checks the number of items of a page.
pub(crate) fn validate_limit(limit: Option<i64>, default: i64) -> Result<i64> {
    match limit.unwrap_or(default) {
        limit @ 1..=MAX_PAGE_SIZE => Ok(limit),
        _ => Err(Error::invalid("limit", "must be from 1 to 100")),
    }
}

/// Parses a cursor of an earlier page: the number of items before the page.
pub(crate) fn parse_offset(cursor: Option<&str>) -> Result<i64> {
    let Some(cursor) = cursor else {
        return Ok(0);
    };
    let offset = cursor.parse().ok().filter(|offset| *offset >= 0);
    offset.ok_or_else(cursor_error)
}

pub(super) fn cursor_error() -> Error {
    Error::invalid("cursor", "must be one that an earlier call has returned")
}
