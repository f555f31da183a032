//! Parses the texts that a wallet signs to sign in.

use std::time::Duration;

use parlor_model::Timestamp;

use super::siwe::{self, SiweMessage};

/// Maximum difference between a text's time and the server's, in both directions.
pub(crate) const VALIDITY_WINDOW: Duration = Duration::from_secs(15 * 60);

/// A parsed sign-in text.
pub(crate) enum SignInText<'m> {
    /// A time without a site: milliseconds alone, or a text that ends with `Timestamp:` and milliseconds.
    Time(Timestamp),
    /// A text that names its site (EIP-4361).
    Siwe(SiweMessage<'m>),
}

impl<'m> SignInText<'m> {
    /// Parses a text of one of the three forms. Returns `None` for any other.
    pub(crate) fn parse(text: &'m str) -> Option<Self> {
        if siwe::is_siwe_message(text) {
            return siwe::parse(text).map(Self::Siwe);
        }
        let digits = text
            .rsplit_once("Timestamp:")
            .map_or(text, |(_, digits)| digits.trim());
        let is_number =
            (1..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number
            .then(|| digits.parse().ok())
            .flatten()
            .map(|millis| Self::Time(Timestamp::from_millis(millis)))
    }

    /// Whether the text is valid at `now`.
    pub(crate) fn is_timely(&self, now: Timestamp) -> bool {
        let near = |time: Timestamp| {
            now.saturating_sub(VALIDITY_WINDOW) <= time
                && time <= now.saturating_add(VALIDITY_WINDOW)
        };
        match self {
            Self::Time(time) => near(*time),
            Self::Siwe(text) => {
                near(text.issued_at)
                    && text.expires_at.is_none_or(|end| now < end)
                    && text.not_before.is_none_or(|start| start <= now)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Option<i64> {
        match SignInText::parse(text)? {
            SignInText::Time(time) => Some(time.millis()),
            SignInText::Siwe(_) => None,
        }
    }

    #[test]
    fn both_forms_with_a_time_are_parsed() {
        for good in [
            "1705373619921",
            "Timestamp:1705373619921",
            "Welcome!\n\nTimestamp: 1705373619921",
            "Timestamp:1 Timestamp:1705373619921",
        ] {
            assert_eq!(time(good), Some(1_705_373_619_921), "{good}");
        }
        for bad in [
            "",
            " ",
            "-1",
            "+1",
            "1705373619921 ",
            "Timestamp:",
            "Timestamp:1705373619921!",
            "17053736199211705373619921",
            "x wants you to sign in with your Ethereum account:\nTimestamp:1705373619921",
        ] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_within_fifteen_minutes_are_timely() {
        let message = SignInText::parse("1705373619921").unwrap();
        let at = |minutes: i64| Timestamp::from_millis(1_705_373_619_921 + minutes * 60_000);
        for (minutes, timely) in [
            (-16, false),
            (-14, true),
            (0, true),
            (14, true),
            (16, false),
        ] {
            assert_eq!(message.is_timely(at(minutes)), timely, "{minutes}");
        }
    }
}
