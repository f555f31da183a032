//! What becomes of what is sent to a number or an address: its end says so.

/// What becomes of a text message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextOutcome {
    /// It arrives.
    Delivered,
    /// It does not arrive.
    Undelivered,
    /// It is not sent.
    Failed,
    /// It is not accepted.
    Invalid,
}

impl TextOutcome {
    /// Returns the outcome for a number.
    pub(crate) fn for_number(number: &str) -> Self {
        match last_digits(number) {
            "0404" => Self::Invalid,
            "0430" => Self::Undelivered,
            "0500" => Self::Failed,
            _ => Self::Delivered,
        }
    }
}

/// Who or what answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallOutcome {
    /// A person.
    Person,
    /// A machine that records.
    Machine,
    /// Nothing: the line is busy.
    Busy,
    /// Nothing.
    NoAnswer,
    /// Nothing: the network has failed.
    Failed,
    /// It is not accepted.
    Invalid,
}

impl CallOutcome {
    /// Returns the outcome for a number.
    pub(crate) fn for_number(number: &str) -> Self {
        match last_digits(number) {
            "0404" => Self::Invalid,
            "0480" => Self::NoAnswer,
            "0486" => Self::Busy,
            "0500" => Self::Failed,
            "0700" => Self::Machine,
            _ => Self::Person,
        }
    }
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailOutcome {
    /// It arrives.
    Delivered,
    /// It arrives, and a program answers.
    AnsweredByProgram,
    /// It is accepted and comes back.
    Bounced,
    /// It is not accepted.
    Refused,
}

impl MailOutcome {
    /// Returns the outcome for an address.
    pub(crate) fn for_address(address: &str) -> Self {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
        let local = local.to_ascii_lowercase();
        match () {
            () if local.starts_with("away") => Self::AnsweredByProgram,
            () if local.starts_with("bounce") => Self::Bounced,
            () if local.starts_with("refused") => Self::Refused,
            () => Self::Delivered,
        }
    }
}

fn last_digits(number: &str) -> &str {
    let start = number.len().saturating_sub(4);
    number.get(start..).unwrap_or_default()
}

/// Returns whether a text is a number with a plus sign and a country code.
pub(crate) fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_of_a_number_decides() {
        assert_eq!(
            TextOutcome::for_number("+15005550404"),
            TextOutcome::Invalid
        );
        assert_eq!(
            TextOutcome::for_number("+15005550123"),
            TextOutcome::Delivered
        );
        assert_eq!(CallOutcome::for_number("+15005550486"), CallOutcome::Busy);
        assert_eq!(CallOutcome::for_number("ä"), CallOutcome::Person);
        assert_eq!(
            MailOutcome::for_address("Bounce+1@example.org"),
            MailOutcome::Bounced
        );
        assert_eq!(
            MailOutcome::for_address("ada@bounce.example"),
            MailOutcome::Delivered
        );
        for bad in ["", "+", "15005550123", "+1500555012a", "+1234567890123456"] {
            assert!(!is_phone_number(bad), "{bad}");
        }
        assert!(is_phone_number("+15005550123"));
    }
}
