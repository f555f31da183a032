//! Where lists of members go on: 32 hex digits either way.

use parlor_kit::{QueryParams, ids};
use parlor_model::following::FollowCursor;
use parlor_model::id::MemberId;
use parlor_model::{Error, Result, Timestamp};

/// Hex digits of each of the two parts of a place.
const PART_DIGITS: usize = 16;

fn invalid_cursor_error() -> Error {
    Error::invalid("cursor", "must be one that a list gave")
}

/// The text of a place: when the member was followed, and its number.
pub(crate) fn encode_follow_cursor(place: &FollowCursor) -> String {
    let at = place.followed_at.micros();
    format!("{at:0PART_DIGITS$x}{:0PART_DIGITS$x}", place.followee)
}

/// Reads what [`encode_follow_cursor`] wrote.
pub(crate) fn decode_follow_cursor(text: &str) -> Result<FollowCursor> {
    let plain = text.len() == 2 * PART_DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !plain {
        return Err(invalid_cursor_error());
    }
    let part = |digits: &str| i64::from_str_radix(digits, 16).map_err(|_| invalid_cursor_error());
    let (at, followee) = text.split_at(PART_DIGITS);
    Ok(FollowCursor {
        followed_at: Timestamp::from_micros(part(at)?),
        followee: part(followee)?,
    })
}

/// The text of a member's place among those that were made before and after it.
pub(crate) fn encode_member_cursor(id: MemberId) -> String {
    ids::format_hex(id)
}

/// The member behind which a query goes on; none for the first page.
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
    fn place_is_read_back_and_nothing_else_is() {
        let place = FollowCursor {
            followed_at: Timestamp::from_micros(1_700_000_000_000_001),
            followee: 7,
        };
        assert_eq!(
            decode_follow_cursor(&encode_follow_cursor(&place)).unwrap(),
            place
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
    fn member_is_read_back_and_nothing_else_is() {
        let id = MemberId::new(uuid::Uuid::from_u128(7));
        let query = QueryParams::parse(&format!("cursor={}", encode_member_cursor(id)));
        assert_eq!(member_cursor_from_query(&query).unwrap(), Some(id));
        for (none, is_none) in [("", true), ("cursor=", true), ("cursor=x", false)] {
            assert_eq!(
                member_cursor_from_query(&QueryParams::parse(none)).is_ok(),
                is_none
            );
        }
    }
}
