//! Cursors of member lists: 32 hex digits.

use parlor_kit::{QueryParams, ids};
use parlor_model::following::FollowCursor;
use parlor_model::id::MemberId;
use parlor_model::{Error, Result, Timestamp};

/// Hex digits of each of the two parts of a follow cursor.
const PART_DIGITS: usize = 16;

fn invalid_cursor_error() -> Error {
    Error::invalid("cursor", "must be one that a list gave")
}

/// Encodes a cursor as hex digits: time of following in microseconds, and member number.
pub(crate) fn encode_follow_cursor(cursor: &FollowCursor) -> String {
    let at = cursor.followed_at.micros();
    format!("{at:0PART_DIGITS$x}{:0PART_DIGITS$x}", cursor.followee)
}

/// Decodes the text of [`encode_follow_cursor`].
///
/// # Errors
/// `Invalid` for any other text.
pub(crate) fn decode_follow_cursor(text: &str) -> Result<FollowCursor> {
    let is_hex = text.len() == 2 * PART_DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hex {
        return Err(invalid_cursor_error());
    }
    let part = |digits: &str| i64::from_str_radix(digits, 16).map_err(|_| invalid_cursor_error());
    let (at, followee) = text.split_at(PART_DIGITS);
    Ok(FollowCursor {
        followed_at: Timestamp::from_micros(part(at)?),
        followee: part(followee)?,
    })
}

/// Encodes a member's id, by which lists of the newest members are sorted.
pub(crate) fn encode_member_cursor(id: MemberId) -> String {
    ids::format_hex(id)
}

/// Decodes the query parameter `cursor` of [`encode_member_cursor`]. Returns `None` for the first page.
///
/// # Errors
/// `Invalid` for any other text.
pub(crate) fn member_cursor_from_query(query: &QueryParams) -> Result<Option<MemberId>> {
    match query.get("cursor").filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => ids::parse_hex(text)
            .map(Some)
            .ok_or_else(invalid_cursor_error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_cursor_round_trips_and_other_texts_are_refused() {
        let cursor = FollowCursor {
            followed_at: Timestamp::from_micros(1_700_000_000_000_001),
            followee: 7,
        };
        assert_eq!(
            decode_follow_cursor(&encode_follow_cursor(&cursor)).unwrap(),
            cursor
        );
        let high = "f".repeat(32);
        for bad in [
            "",
            "zz",
            &"0".repeat(31),
            &"G".repeat(32),
            &high,
            &"é".repeat(16),
        ] {
            assert!(decode_follow_cursor(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn member_cursor_round_trips_and_other_texts_are_refused() {
        let id = MemberId::new(uuid::Uuid::from_u128(7));
        let query = QueryParams::parse(&format!("cursor={}", encode_member_cursor(id)));
        assert_eq!(member_cursor_from_query(&query).unwrap(), Some(id));
        for (text, is_valid) in [("", true), ("cursor=", true), ("cursor=x", false)] {
            assert_eq!(
                member_cursor_from_query(&QueryParams::parse(text)).is_ok(),
                is_valid
            );
        }
    }
}
