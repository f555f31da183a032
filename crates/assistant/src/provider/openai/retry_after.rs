//! The time that a server asks to wait.

use std::time::{Duration, UNIX_EPOCH};

use parlor_model::time::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Header with milliseconds, which OpenAI sends beside `Retry-After`.
const RETRY_AFTER_MS: &str = "retry-after-ms";
/// Longest time that is believed.
const MAX_SECONDS: f64 = 86_400.0;

/// Reads the milliseconds of `retry-after-ms`, otherwise the seconds or the date of `Retry-After`.
pub(super) fn parse_retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let millis = text(RETRY_AFTER_MS).and_then(|text| text.parse::<f64>().ok());
    if let Some(duration) = millis.and_then(|millis| bounded_duration(millis / 1000.0)) {
        return Some(duration);
    }
    let text = text(RETRY_AFTER.as_str())?;
    match text.parse::<f64>() {
        Ok(seconds) => bounded_duration(seconds),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            let date = date.duration_since(UNIX_EPOCH).ok()?;
            let now = Duration::from_micros(u64::try_from(now.micros()).ok()?);
            bounded_duration(date.saturating_sub(now).as_secs_f64())
        }
    }
}

fn bounded_duration(seconds: f64) -> Option<Duration> {
    let seconds = if seconds > MAX_SECONDS {
        MAX_SECONDS
    } else {
        seconds
    };
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 21 October 2015, 07:28:00 UTC.
    const DATE: &str = "Wed, 21 Oct 2015 07:28:00 GMT";
    const DATE_SECONDS: i64 = 1_445_412_480;

    fn parse(headers: &[(&'static str, &'static str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        parse_retry_after(&map, Timestamp::from_millis((DATE_SECONDS - 30) * 1000))
    }

    #[test]
    fn seconds_milliseconds_and_dates_are_read() {
        assert_eq!(parse(&[("retry-after", "2")]), Some(Duration::from_secs(2)));
        assert_eq!(
            parse(&[("retry-after", " 0.5 ")]),
            Some(Duration::from_millis(500))
        );
        assert_eq!(
            parse(&[("retry-after", DATE)]),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            parse(&[("retry-after", "2"), ("retry-after-ms", "1500")]),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(
            parse(&[("retry-after", "2"), ("retry-after-ms", "soon")]),
            Some(Duration::from_secs(2))
        );
    }

    #[test]
    fn past_date_is_no_wait_and_a_long_time_is_bounded() {
        assert_eq!(
            parse(&[("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT")]),
            Some(Duration::ZERO)
        );
        assert_eq!(
            parse(&[("retry-after", "1e300")]),
            Some(Duration::from_secs(86_400))
        );
    }

    #[test]
    fn unreadable_values_are_ignored() {
        for bad in ["", "soon", "-1", "NaN"] {
            assert_eq!(parse(&[("retry-after", bad)]), None, "{bad}");
        }
        assert_eq!(parse(&[]), None);
    }
}
