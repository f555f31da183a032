//! Times on the wire.

use parlor_model::Timestamp;

/// RFC 3339 in UTC with milliseconds: `2025-01-15T10:30:00.000Z`.
pub fn iso(time: Timestamp) -> String {
    let mut out = Vec::with_capacity(24);
    write_iso(&mut out, time);
    // Only ASCII was written.
    String::from_utf8(out).unwrap_or_default()
}

/// The same into a buffer, without allocating: exports write two of them a row.
pub fn write_iso(out: &mut Vec<u8>, time: Timestamp) {
    let millis = time.millis();
    let (days, in_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    digits(out, year.clamp(0, 9_999), 4);
    out.push(b'-');
    digits(out, month, 2);
    out.push(b'-');
    digits(out, day, 2);
    out.push(b'T');
    digits(out, in_day / 3_600_000, 2);
    out.push(b':');
    digits(out, in_day / 60_000 % 60, 2);
    out.push(b':');
    digits(out, in_day / 1_000 % 60, 2);
    out.push(b'.');
    digits(out, in_day % 1_000, 3);
    out.push(b'Z');
}

/// Reads RFC 3339 with any offset.
pub fn parse(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(|time| Timestamp::from_micros(time.as_microsecond()))
}

fn digits(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + u8::try_from(value / 10_i64.pow(place) % 10).unwrap_or(0));
    }
}

/// Year, month and day of a day counted from the Unix epoch, in the proleptic Gregorian calendar: years are counted
/// from March in cycles of 400, so that the leap day comes last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let cycle = days.div_euclid(146_097);
    let of_cycle = days.rem_euclid(146_097);
    let year_of_cycle =
        (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
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
    fn times_are_written_as_the_calendar_library_would() {
        let mut seconds = -2_208_988_800_i64;
        while seconds < 7_258_118_400 {
            let time = Timestamp::from_millis(seconds * 1_000 + 7);
            let expected = jiff::Timestamp::from_millisecond(time.millis()).unwrap();
            assert_eq!(iso(time), format!("{expected:.3}"), "{seconds}");
            seconds += 86_399 * 11;
        }
    }

    #[test]
    fn written_times_are_read_back() {
        let time = Timestamp::from_millis(1_736_937_000_123);
        assert_eq!(parse(&iso(time)), Some(time));
        assert_eq!(
            parse("2025-01-15T11:30:00+01:00"),
            parse("2025-01-15T10:30:00Z")
        );
        assert_eq!(parse("yesterday"), None);
    }
}
