//! What follows from a receiver's response, or from its absence.

use std::time::{Duration, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use parlor_engine::outbound::AgentServerError;
use parlor_model::Timestamp;
use parlor_model::outbox::{AttemptOutcome, DeliveryFailureReason};

/// Longest pause that a receiver can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns what follows from a response.
pub(super) fn classify_response(
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> AttemptOutcome {
    match status {
        status if status.is_success() => AttemptOutcome::Sent,
        status if status.is_redirection() => {
            AttemptOutcome::Permanent(DeliveryFailureReason::Redirected)
        }
        StatusCode::GONE => AttemptOutcome::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            transient(headers, now)
        }
        status if status.is_client_error() => {
            AttemptOutcome::Permanent(DeliveryFailureReason::Rejected)
        }
        _ => transient(headers, now),
    }
}

fn transient(headers: &HeaderMap, now: Timestamp) -> AttemptOutcome {
    AttemptOutcome::Transient {
        reason: DeliveryFailureReason::ReceiverFailed,
        retry_after: parse_retry_after(headers, now),
    }
}

/// Returns what follows from an attempt without a response.
pub(super) const fn classify_error(error: AgentServerError) -> AttemptOutcome {
    let reason = match error {
        AgentServerError::AddressForbidden => {
            return AttemptOutcome::Permanent(DeliveryFailureReason::AddressForbidden);
        }
        AgentServerError::Unreachable => DeliveryFailureReason::Unreachable,
        AgentServerError::TimedOut => DeliveryFailureReason::TimedOut,
        AgentServerError::ConnectionLost
        | AgentServerError::UnexpectedResponse
        | AgentServerError::TooLarge => DeliveryFailureReason::ConnectionLost,
    };
    AttemptOutcome::Transient {
        reason,
        retry_after: None,
    }
}

/// Reads the seconds or the date of `Retry-After`.
fn parse_retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            let date = date.duration_since(UNIX_EPOCH).ok()?;
            let now = Duration::from_micros(u64::try_from(now.micros()).ok()?);
            date.saturating_sub(now)
        }
    };
    Some(pause.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classify(status: u16, retry_after: Option<&str>) -> AttemptOutcome {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, text.parse().unwrap());
        }
        // 21 October 2015, 07:27:30 UTC.
        let now = Timestamp::from_millis(1_445_412_450_000);
        classify_response(StatusCode::from_u16(status).unwrap(), &headers, now)
    }

    fn pause(outcome: AttemptOutcome) -> Option<u64> {
        match outcome {
            AttemptOutcome::Transient { retry_after, .. } => {
                retry_after.map(|pause| pause.as_secs())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn statuses_are_final_or_not() {
        for status in [200, 201, 202, 204] {
            assert_eq!(classify(status, None), AttemptOutcome::Sent, "{status}");
        }
        for status in [301, 302, 304, 307, 308] {
            let expected = AttemptOutcome::Permanent(DeliveryFailureReason::Redirected);
            assert_eq!(classify(status, None), expected, "{status}");
        }
        for status in [400, 401, 403, 404, 405, 422] {
            let expected = AttemptOutcome::Permanent(DeliveryFailureReason::Rejected);
            assert_eq!(classify(status, None), expected, "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(pause(classify(status, None)), None, "{status}");
        }
        assert_eq!(classify(410, None), AttemptOutcome::Gone);
    }

    #[test]
    fn pause_is_seconds_or_a_date_and_has_a_limit() {
        assert_eq!(pause(classify(429, Some("7"))), Some(7));
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(pause(classify(503, Some(date))), Some(30));
        assert_eq!(pause(classify(503, Some("99999999"))), Some(86_400));
        assert_eq!(pause(classify(503, Some("soon"))), None);
    }
}
