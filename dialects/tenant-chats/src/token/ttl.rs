//! The validity of tokens.

use std::time::Duration;

use parlor_model::{Error, Result};

/// Validity of a token, in seconds.
const MIN_TTL_SECONDS: u64 = 60;
const DEFAULT_TTL_SECONDS: u64 = 3_600;
const MAX_TTL_SECONDS: u64 = 86_400;

/// Validates `ttl_seconds`; one hour by default.
///
/// # Errors
/// `Invalid` outside of one minute to one day.
pub(super) fn parse_ttl(ttl_seconds: Option<u64>) -> Result<Duration> {
    let seconds = ttl_seconds.unwrap_or(DEFAULT_TTL_SECONDS);
    if !(MIN_TTL_SECONDS..=MAX_TTL_SECONDS).contains(&seconds) {
        return Err(Error::invalid(
            "ttl_seconds",
            "must be between 60 and 86400",
        ));
    }
    Ok(Duration::from_secs(seconds))
}
