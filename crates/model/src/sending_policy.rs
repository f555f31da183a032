//! When, and how fast, a workspace sends over its carriers.

use std::fmt;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Limits of what a workspace sends over its carriers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendingPolicy {
    /// Time of the day in which nothing leaves.
    pub quiet_hours: Option<QuietHours>,
    /// IANA name of the time zone whose clock `quiet_hours` follow, such as `Europe/Berlin`; UTC without it.
    pub time_zone: Option<String>,
    /// Greatest number of text messages that leave in a minute; no limit without it.
    pub texts_per_minute: Option<u32>,
    /// Greatest number of mails that leave in a minute; no limit without it.
    pub mails_per_minute: Option<u32>,
}

/// Changes to a [`SendingPolicy`]. `None` keeps a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateSendingPolicy {
    /// Time of the day in which nothing leaves.
    pub quiet_hours: Option<Option<QuietHours>>,
    /// Time zone of the quiet hours.
    pub time_zone: Option<Option<String>>,
    /// Text messages in a minute.
    pub texts_per_minute: Option<Option<u32>>,
    /// Mails in a minute.
    pub mails_per_minute: Option<Option<u32>>,
}

impl UpdateSendingPolicy {
    /// Returns the policy with the changes applied.
    pub fn apply(&self, policy: &SendingPolicy) -> SendingPolicy {
        let zone = self.time_zone.clone();
        SendingPolicy {
            quiet_hours: self.quiet_hours.unwrap_or(policy.quiet_hours),
            time_zone: zone.unwrap_or_else(|| policy.time_zone.clone()),
            texts_per_minute: self.texts_per_minute.unwrap_or(policy.texts_per_minute),
            mails_per_minute: self.mails_per_minute.unwrap_or(policy.mails_per_minute),
        }
    }
}

/// A period of each day, on a clock. It lasts over midnight if it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: u16,
    until: u16,
}

impl QuietHours {
    /// Parses two different times of the day with a hyphen between them, such as `21:00-08:00`. The first one is in the
    /// period, the second one is not.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let (from, until) = (parse_minute(from)?, parse_minute(until)?);
        (from != until).then_some(Self { from, until })
    }

    /// Returns whether a minute of the day is in the period.
    pub const fn contains(self, minute: u16) -> bool {
        match self.from < self.until {
            true => self.from <= minute && minute < self.until,
            false => self.from <= minute || minute < self.until,
        }
    }

    /// Returns hour and minute of the end.
    pub const fn end(self) -> (u16, u16) {
        (self.until / 60, self.until % 60)
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from, self.until);
        let (h1, m1, h2, m2) = (from / 60, from % 60, until / 60, until % 60);
        write!(out, "{h1:02}:{m1:02}-{h2:02}:{m2:02}")
    }
}

/// Parses a time of the day as two digits, a colon and two digits.
fn parse_minute(text: &str) -> Option<u16> {
    let digits = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    let at = hour * 60 + minute;
    (minute < 60 && at < DAY_MINUTES).then_some(at)
}
