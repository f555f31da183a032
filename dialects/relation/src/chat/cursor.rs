//! Where a list of channels goes on.

use parlor_model::conversation_list_item::ListCursor;
use parlor_model::{Error, Result, Timestamp};

/// Hex digits of each of its three parts.
const PART_DIGITS: usize = 16;

/// The text of a place: when it was pinned, when it was active, and its number, in hex digits.
pub(crate) fn encode_cursor(place: &ListCursor) -> String {
    let pinned = place.pinned_at.map_or(0, Timestamp::micros);
    format!(
        "{pinned:0PART_DIGITS$x}{:0PART_DIGITS$x}{:0PART_DIGITS$x}",
        place.active_at.micros(),
        place.number
    )
}

/// Reads what [`write`] wrote; nothing else.
pub(crate) fn decode_cursor(text: &str) -> Result<ListCursor> {
    let refused = || Error::invalid("cursor", "must be one that a list gave");
    let plain = text.len() == 3 * PART_DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !plain {
        return Err(refused());
    }
    let part = |index: usize| {
        let digits = &text[index * PART_DIGITS..(index + 1) * PART_DIGITS];
        u64::from_str_radix(digits, 16).map_err(|_| refused())
    };
    let positive = |part: u64| i64::try_from(part).map_err(|_| refused());
    let pinned = positive(part(0)?)?;
    Ok(ListCursor {
        pinned_at: (pinned > 0).then(|| Timestamp::from_micros(pinned)),
        // Before 1970 where an import says so.
        active_at: Timestamp::from_micros(part(1)?.cast_signed()),
        number: positive(part(2)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_and_nothing_else_is() {
        for pinned_at in [None, Some(Timestamp::from_micros(1_700_000_000_000_001))] {
            for active_at in [1_700_000_000_000_002, -1_700_000_000_000_002] {
                let place = ListCursor {
                    pinned_at,
                    active_at: Timestamp::from_micros(active_at),
                    number: 7,
                };
                assert_eq!(decode_cursor(&encode_cursor(&place)).unwrap(), place);
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
