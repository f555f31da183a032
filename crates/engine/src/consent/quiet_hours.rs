//! Quiet hours on the clock of a time zone.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use parlor_model::Timestamp;
use parlor_model::sending_policy::SendingPolicy;

/// Returns whether a name is one of a time zone.
pub(crate) fn is_time_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// Returns when the quiet hours end that a time is in; `None` outside of them. A zone that is not known any more is read as
/// UTC.
pub(crate) fn end_of_quiet_hours(policy: &SendingPolicy, at: Timestamp) -> Option<Timestamp> {
    let hours = policy.quiet_hours?;
    let zone = match policy.time_zone.as_deref().map(TimeZone::get) {
        Some(Ok(zone)) => zone,
        None | Some(Err(_)) => TimeZone::UTC,
    };
    let at = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
    let local = at.to_zoned(zone.clone()).datetime();
    let minute = u16::try_from(local.hour()).ok()? * 60 + u16::try_from(local.minute()).ok()?;
    if !hours.contains(minute) {
        return None;
    }
    let (hour, end_minute) = hours.end();
    let end = |date: jiff::civil::Date| {
        let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(end_minute).ok()?);
        // A clock that skips the time is read as if it did not; of a time that it shows twice, the first one counts.
        date.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()
    };
    let mut found = end(local.date())?.timestamp();
    if found <= at {
        found = end(local.date().checked_add(1.day()).ok()?)?.timestamp();
    }
    Some(Timestamp::from_micros(found.as_microsecond()))
}
