//! Encodes times in the format of the operator's settings.

use parlor_kit::time::write_iso;
use parlor_model::Timestamp;

use crate::TimestampFormat;

/// Writes times. Caches the text of the last second, which neighbouring rows often share.
pub(super) struct TimestampWriter {
    format: TimestampFormat,
    second: i64,
    /// `2025-01-01T10:00:00.000Z` of `second`.
    text: Vec<u8>,
}

/// Position of the milliseconds in the text.
const MILLIS_RANGE: std::ops::Range<usize> = 20..23;

impl TimestampWriter {
    pub(super) fn new(format: TimestampFormat) -> Self {
        Self {
            format,
            second: i64::MIN,
            text: Vec::new(),
        }
    }

    /// Returns whether a time is a JSON string, not a number.
    pub(super) fn is_quoted(&self) -> bool {
        self.format == TimestampFormat::Iso
    }

    pub(super) fn write(&mut self, out: &mut Vec<u8>, at: Timestamp) {
        match self.format {
            TimestampFormat::UnixMs => {
                out.extend_from_slice(itoa::Buffer::new().format(at.millis()).as_bytes());
            }
            TimestampFormat::Iso => {
                if at.seconds() != self.second || self.text.is_empty() {
                    self.second = at.seconds();
                    self.text.clear();
                    write_iso(&mut self.text, at);
                }
                let start = out.len();
                out.extend_from_slice(&self.text);
                let millis = at.millis().rem_euclid(1_000);
                let digits = [millis / 100, millis / 10 % 10, millis % 10];
                if let Some(target) = out[start..].get_mut(MILLIS_RANGE) {
                    for (byte, digit) in target.iter_mut().zip(digits) {
                        *byte = b'0' + u8::try_from(digit).unwrap_or(0);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_kit::time::format_iso;

    #[test]
    fn time_in_cached_second_is_written_with_its_own_milliseconds() {
        let mut writer = TimestampWriter::new(TimestampFormat::Iso);
        for millis in [
            1_735_725_600_000,
            1_735_725_600_007,
            1_735_725_600_999,
            1_735_725_601_000,
            1_735_725_600_120,
            -1,
        ] {
            let at = Timestamp::from_millis(millis);
            let mut out = Vec::new();
            writer.write(&mut out, at);
            assert_eq!(String::from_utf8(out).unwrap(), format_iso(at));
        }
    }

    #[test]
    fn time_as_number_is_in_milliseconds() {
        let mut out = Vec::new();
        TimestampWriter::new(TimestampFormat::UnixMs)
            .write(&mut out, Timestamp::from_millis(1_735_725_600_007));
        assert_eq!(out, b"1735725600007");
    }
}
