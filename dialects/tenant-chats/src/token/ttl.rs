//! How long a token is good for.

use std::time::Duration;

use parlor_model::{Error, Result};

/// Seconds a token is good for.
const MIN_TTL_SECONDS: u64 = 60;
const DEFAULT_TTL_SECONDS: u64 = 3_600;
const MAX_TTL_SECONDS: u64 = 86_400;

/// What was asked for, or an hour.
pub(super) fn parse_ttl(asked: Option<u64>) -> Result<Duration> {
    let seconds = asked.unwrap_or(DEFAULT_TTL_SECONDS);
    if !(MIN_TTL_SECONDS..=MAX_TTL_SECONDS).contains(&seconds) {
        return Err(Error::invalid(
            "ttl_seconds",
            "must be between 60 and 86400",
        ));
    }
    Ok(Duration::from_secs(seconds))
}
