//! How long a token is good for.

use std::time::Duration;

use parlor_model::{Error, Result};

/// Seconds a token is good for.
const SHORTEST: u64 = 60;
const USUAL: u64 = 3_600;
const LONGEST: u64 = 86_400;

/// What was asked for, or an hour.
pub(super) fn of(asked: Option<u64>) -> Result<Duration> {
    let seconds = asked.unwrap_or(USUAL);
    if !(SHORTEST..=LONGEST).contains(&seconds) {
        return Err(Error::invalid(
            "ttl_seconds",
            "must be between 60 and 86400",
        ));
    }
    Ok(Duration::from_secs(seconds))
}
