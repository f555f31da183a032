//! Cursors: base64 of `{"id":"<the last id>"}`, where a walk goes on strictly behind it. In lists by time they hold the
//! last row's time too, so that the row need not be there any more.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parlor_kit::ids::{format_prefixed, write_prefixed};
use parlor_model::keyset::{CreationCursor, SortOrder};
use parlor_model::{Error, Id, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

/// Longest text of an id.
const MAX_ID_BYTES: usize = 128;

#[derive(Deserialize)]
struct CursorContent {
    id: String,
    /// In lists by time: the row's, in microseconds.
    at: Option<i64>,
}

/// The cursor behind a row; with the row's time in lists that go by it.
pub(super) fn encode_cursor<K>(out: &mut Vec<u8>, prefix: &str, id: Id<K>, at: Option<Timestamp>) {
    let mut content = b"{\"id\":\"".to_vec();
    write_prefixed(&mut content, prefix, id);
    content.push(b'"');
    if let Some(at) = at {
        content.extend_from_slice(format!(",\"at\":{}", at.micros()).as_bytes());
    }
    content.push(b'}');
    out.extend_from_slice(URL_SAFE_NO_PAD.encode(content).as_bytes());
}

/// Where a walk goes on; an empty cursor is none. A bare id is a cursor too. The row need not exist, and the id need
/// not be one of ours: what counts is its place among the texts of ids.
pub(crate) fn decode_cursor<K>(
    cursor: Option<&str>,
    prefix: &str,
    order: SortOrder,
) -> Result<Option<CreationCursor<K>>> {
    let refused = || Error::invalid("cursor", "is not one of this list");
    let Some(cursor) = cursor.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let CursorContent { id, at } = match cursor.strip_prefix(prefix) {
        Some(_) => CursorContent {
            id: cursor.to_owned(),
            at: None,
        },
        None => {
            // The other alphabet's letters come from encoders that know no URLs; `+` in a query is a space.
            let plain = cursor.replace(['+', ' '], "-").replace('/', "_");
            // Padded or not, both are read.
            let bytes = URL_SAFE_NO_PAD
                .decode(plain.trim_end_matches('='))
                .map_err(|_| refused())?;
            serde_json::from_slice(&bytes).map_err(|_| refused())?
        }
    };
    let suffix = id.strip_prefix(prefix).ok_or_else(refused)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if id.len() > MAX_ID_BYTES || !suffix.bytes().all(plain) {
        return Err(refused());
    }
    let id = Id::new(Uuid::from_u128(nearest_id(suffix, order)));
    Ok(Some(CreationCursor {
        created_at: at.map(Timestamp::from_micros),
        id,
    }))
}

/// Behind which id of ours a text stands. Found by halving, so that it rests on the order of texts alone.
fn nearest_id(suffix: &str, order: SortOrder) -> u128 {
    let text = |bits| format_prefixed("", Id::<()>::new(Uuid::from_u128(bits)));
    // The smallest id whose text is not before the suffix; one past the end is the end.
    let (mut low, mut high) = (0, u128::MAX);
    while low < high {
        let middle = low + (high - low) / 2;
        if text(middle).as_str() < suffix {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    match order {
        // Descending walks take what is smaller than this.
        SortOrder::Descending => low,
        // Ascending ones take what is greater: this one itself is, unless it is the very text.
        SortOrder::Ascending if text(low) == suffix || text(low).as_str() < suffix => low,
        SortOrder::Ascending => low.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_model::id::SpaceId;

    const PREFIX: &str = "space_";

    fn decode_bits(cursor: &str, order: SortOrder) -> Option<u128> {
        decode_cursor::<()>(Some(cursor), PREFIX, order)
            .unwrap()
            .map(|cursor| cursor.id.uuid().as_u128())
    }

    #[test]
    fn a_cursor_reads_back_padded_or_not_and_bare() {
        for bits in [0, 1, 0x0192_aaaa_bbbb_7ccc_8ddd_eeee_ffff_0001, u128::MAX] {
            let id = SpaceId::new(Uuid::from_u128(bits));
            let mut written = Vec::new();
            encode_cursor(&mut written, PREFIX, id, None);
            let cursor = String::from_utf8(written).unwrap();
            for order in [SortOrder::Ascending, SortOrder::Descending] {
                assert_eq!(decode_bits(&cursor, order), Some(bits));
                assert_eq!(decode_bits(&format!("{cursor}=="), order), Some(bits));
                assert_eq!(decode_bits(&format_prefixed(PREFIX, id), order), Some(bits));
                assert_eq!(decode_bits("", order), None);
            }
        }
    }

    #[test]
    fn a_cursor_of_a_list_by_time_holds_the_time() {
        let id = SpaceId::new(Uuid::from_u128(7));
        let at = Timestamp::from_micros(1_700_000_000_000_001);
        let mut written = Vec::new();
        encode_cursor(&mut written, PREFIX, id, Some(at));
        let cursor = String::from_utf8(written).unwrap();
        let read = decode_cursor(Some(&cursor), PREFIX, SortOrder::Descending).unwrap();
        let created_at = Some(at);
        assert_eq!(read, Some(CreationCursor { created_at, id }));
    }

    #[test]
    fn a_strangers_id_has_its_place_between_ours() {
        let ours = |text: &str| {
            parlor_kit::ids::parse_prefixed::<()>("", text)
                .unwrap()
                .uuid()
                .as_u128()
        };
        // The sample of the vendor's page: `space_123`.
        let first = ours("12300000000000000000000000");
        let sample = "eyJpZCI6InNwYWNlXzEyMyJ9";
        assert_eq!(decode_bits(sample, SortOrder::Descending), Some(first));
        assert_eq!(decode_bits(sample, SortOrder::Ascending), Some(first - 1));
        assert_eq!(
            decode_bits("space_zzz", SortOrder::Ascending),
            Some(u128::MAX)
        );
        assert_eq!(decode_bits("space_", SortOrder::Ascending), Some(0));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let other = URL_SAFE_NO_PAD.encode(r#"{"id":"contact_1"}"#);
        let odd = URL_SAFE_NO_PAD.encode(r#"{"id":"space_ä"}"#);
        for bad in ["!!", "abc", "contact_1", &other, &odd, "e30"] {
            assert!(
                decode_cursor::<()>(Some(bad), PREFIX, SortOrder::Ascending).is_err(),
                "{bad}"
            );
        }
    }
}
