//! Text format of times.

use jiff::civil::{Time, date};
use jiff::fmt::temporal::Pieces;
use parlor_model::Timestamp;

/// Formats RFC 3339 in UTC with milliseconds: `2025-01-15T10:30:00.000Z`.
pub fn format_iso(time: Timestamp) -> String {
    let mut out = Vec::with_capacity(24);
    write_iso(&mut out, time);
    // Only ASCII was written.
    String::from_utf8(out).unwrap_or_default()
}

/// Writes the format of [`format_iso`] into a buffer without allocating: exports write two per row.
pub fn write_iso(out: &mut Vec<u8>, time: Timestamp) {
    let millis = time.millis();
    let (days, millis_of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil_from_days(days);
    write_digits(out, year.clamp(0, 9_999), 4);
    out.push(b'-');
    write_digits(out, month, 2);
    out.push(b'-');
    write_digits(out, day, 2);
    out.push(b'T');
    write_digits(out, millis_of_day / 3_600_000, 2);
    out.push(b':');
    write_digits(out, millis_of_day / 60_000 % 60, 2);
    out.push(b':');
    write_digits(out, millis_of_day / 1_000 % 60, 2);
    out.push(b'.');
    write_digits(out, millis_of_day % 1_000, 3);
    out.push(b'Z');
}

/// Parses RFC 3339 with any offset: every instant of the years 0 to 9999 (UTC), with microseconds.
pub fn parse_iso(text: &str) -> Option<Timestamp> {
    // The calendar library's instants end some hours before the year 9999 does, so that they can be shown at any
    // offset. It therefore only parses the parts.
    let pieces = Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let local = pieces.date().to_datetime(pieces.time()?);
    let since_epoch = local.duration_since(date(1970, 1, 1).to_datetime(Time::midnight()));
    let micros = since_epoch.as_secs().checked_sub(offset.seconds().into())? * 1_000_000;
    Timestamp::from_micros(micros + i64::from(since_epoch.subsec_nanos().div_euclid(1_000)))
        .in_calendar()
}

/// Converts milliseconds since the Unix epoch, within the same years.
pub fn timestamp_from_millis(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millis(millis).in_calendar()
}

fn write_digits(out: &mut Vec<u8>, value: i64, width: u32) {
    for exponent in (0..width).rev() {
        out.push(b'0' + u8::try_from(value / 10_i64.pow(exponent) % 10).unwrap_or(0));
    }
}

/// Converts days since the Unix epoch to year, month and day in the proleptic Gregorian calendar. Years start in
/// March, in cycles of 400, so that the leap day comes last.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let cycle = days.div_euclid(146_097);
    let day_of_cycle = days.rem_euclid(146_097);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
        - day_of_cycle / 146_096)
        / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (
        year_of_cycle + cycle * 400 + i64::from(month <= 2),
        month,
        day,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatted_time_matches_calendar_library() {
        let mut seconds = -2_208_988_800_i64;
        while seconds < 7_258_118_400 {
            let time = Timestamp::from_millis(seconds * 1_000 + 7);
            let expected = jiff::Timestamp::from_millisecond(time.millis()).unwrap();
            assert_eq!(format_iso(time), format!("{expected:.3}"), "{seconds}");
            seconds += 86_399 * 11;
        }
    }

    #[test]
    fn formatted_time_parses_back() {
        let time = Timestamp::from_millis(1_736_937_000_123);
        assert_eq!(parse_iso(&format_iso(time)), Some(time));
        assert_eq!(
            parse_iso("2025-01-15T11:30:00+01:00"),
            parse_iso("2025-01-15T10:30:00Z")
        );
        for bad in [
            "yesterday",
            "2025-01-15",
            "2025-01-15T10:30:00",
            "10:30Z",
            "",
        ] {
            assert_eq!(parse_iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_accepted_instant_round_trips() {
        for (text, formatted) in [
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"),
            ("9999-12-31T23:00:00-00:59", "9999-12-31T23:59:00.000Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
            ("0000-01-01T05:00:00+05:00", "0000-01-01T00:00:00.000Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
            ("2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00.000Z"),
        ] {
            let read = parse_iso(text).unwrap();
            assert_eq!(format_iso(read), formatted);
            assert_eq!(format_iso(parse_iso(formatted).unwrap()), formatted);
            assert_eq!(
                timestamp_from_millis(read.millis())
                    .map(format_iso)
                    .as_deref(),
                Some(formatted)
            );
        }
        for outside in [
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00+00:01",
            "-000001-12-31T23:59:59Z",
            "+010000-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_iso(outside), None, "{outside}");
        }
        for millis in [253_402_300_800_000, -62_167_219_200_001, i64::MAX, i64::MIN] {
            assert_eq!(timestamp_from_millis(millis), None, "{millis}");
        }
    }
}
