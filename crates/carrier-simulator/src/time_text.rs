//! Times as texts.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde::Serializer;

/// Formats microseconds since 1970 as RFC 3339.
pub(crate) fn to_rfc3339(micros: i64) -> String {
    // Milliseconds are enough for people.
    let millis = micros.div_euclid(1_000);
    Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

/// Formats microseconds since 1970 as RFC 2822.
pub(crate) fn to_rfc2822(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).unwrap_or_default();
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&time);
    text.map_or_else(|_| String::new(), |text| text.replace("GMT", "+0000"))
}

/// Serializes microseconds since 1970 as RFC 3339.
pub(crate) fn serialize<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_rfc3339(*micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_both_forms() {
        let micros = 1_796_000_000_123_456;
        assert_eq!(to_rfc3339(micros), "2026-11-30T00:53:20.123Z");
        assert_eq!(to_rfc2822(micros), "Mon, 30 Nov 2026 00:53:20 +0000");
    }
}
