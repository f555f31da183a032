//! Durations as text.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u64),
    Text(String),
}

/// Reads a duration such as `500ms`, `30s` or `5m`. A bare number means seconds.
///
/// # Errors
/// For any other text or value.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = match NumberOrText::deserialize(deserializer)? {
        NumberOrText::Number(seconds) => Some(Duration::from_secs(seconds)),
        NumberOrText::Text(text) => parse(text.trim()),
    };
    duration.ok_or_else(|| serde::de::Error::custom("must be a time such as 500ms, 30s or 5m"))
}

fn parse(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok()
}
