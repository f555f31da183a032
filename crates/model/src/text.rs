//! Validation and normalization of short texts.

use crate::error::{Error, Result};

/// Normalizes a required single-line text: trims it and requires 1 to `max` characters.
pub fn normalize_required(text: &str, field: &'static str, max: usize) -> Result<String> {
    normalize_optional(Some(text), field, max)?
        .ok_or_else(|| Error::invalid(field, "must not be empty"))
}

/// Normalizes an optional single-line text: blank counts as absent, otherwise as [`normalize_required`].
pub fn normalize_optional(
    text: Option<&str>,
    field: &'static str,
    max: usize,
) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    validate_length(text, field, max)?;
    Ok(Some(text.to_owned()))
}

/// Validates a message text: not blank, at most `max` characters; it is not normalized.
pub fn validate_not_blank(text: &str, field: &'static str, max: usize) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid(field, "must not be blank"));
    }
    validate_length(text, field, max)
}

/// Requires at most `max` Unicode scalar values, none of them U+0000, which PostgreSQL cannot store.
pub fn validate_length(text: &str, field: &'static str, max: usize) -> Result<()> {
    if text.as_bytes().contains(&0) {
        return Err(Error::invalid(field, "must not contain U+0000"));
    }
    // A text of at most `max` bytes has at most `max` characters, so most texts need no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(Error::invalid(
            field,
            format!("must be at most {max} characters"),
        ));
    }
    Ok(())
}
