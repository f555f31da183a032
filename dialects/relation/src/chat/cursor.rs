//! Cursor of the channel list.

use parlor_model::conversation_list_item::ListCursor;
use parlor_model::{Error, Result, Timestamp};

/// Hex digits of each of the cursor's three parts.
const PART_DIGITS: usize = 16;

/// Encodes a cursor as hex digits: time of pinning (0 if not pinned) and of activity in microseconds, and number.
pub(crate) fn encode_cursor(cursor: &ListCursor) -> String {
    let pinned = cursor.pinned_at.map_or(0, Timestamp::micros);
    format!(
        "{pinned:0PART_DIGITS$x}{:0PART_DIGITS$x}{:0PART_DIGITS$x}",
        cursor.active_at.micros(),
        cursor.number
    )
}

/// Decodes the text of [`encode_cursor`].
///
/// # Errors
/// `Invalid` for any other text.
pub(crate) fn decode_cursor(text: &str) -> Result<ListCursor> {
    let invalid = || Error::invalid("cursor", "must be one that a list gave");
    let is_hex = text.len() == 3 * PART_DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hex {
        return Err(invalid());
    }
    let part = |index: usize| {
        let digits = &text[index * PART_DIGITS..(index + 1) * PART_DIGITS];
        u64::from_str_radix(digits, 16).map_err(|_| invalid())
    };
    let positive = |part: u64| i64::try_from(part).map_err(|_| invalid());
    let pinned = positive(part(0)?)?;
    Ok(ListCursor {
        pinned_at: (pinned > 0).then(|| Timestamp::from_micros(pinned)),
        // Negative for imported times before 1970.
        active_at: Timestamp::from_micros(part(1)?.cast_signed()),
        number: positive(part(2)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_round_trips_and_other_texts_are_refused() {
        for pinned_at in [None, Some(Timestamp::from_micros(1_700_000_000_000_001))] {
            for active_at in [1_700_000_000_000_002, -1_700_000_000_000_002] {
                let cursor = ListCursor {
                    pinned_at,
                    active_at: Timestamp::from_micros(active_at),
                    number: 7,
                };
                assert_eq!(decode_cursor(&encode_cursor(&cursor)).unwrap(), cursor);
            }
        }
        let high = "f".repeat(48);
        for bad in [
            "",
            "zz",
            &"0".repeat(47),
            &"G".repeat(48),
            &high,
            &"é".repeat(24),
        ] {
            assert!(decode_cursor(bad).is_err(), "{bad}");
        }
    }
}
