//! List cursors: base64url of `{"id":"<id of the last row>"}`. The next page starts strictly after that row. In lists sorted
//! by time the cursor also has the row's time (`at`), so that it stays valid after the row is deleted.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parlor_kit::ids::{format_prefixed, write_prefixed};
use parlor_model::keyset::{CreationCursor, SortOrder};
use parlor_model::{Error, Id, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

/// Maximum length of an id in a cursor.
const MAX_ID_BYTES: usize = 128;

#[derive(Deserialize)]
struct CursorContent {
    id: String,
    /// In lists sorted by time: the row's time in microseconds since 1970.
    at: Option<i64>,
}

/// Writes the cursor after a row. `at` is the row's time in lists sorted by time.
pub(crate) fn encode_cursor<K>(out: &mut Vec<u8>, prefix: &str, id: Id<K>, at: Option<Timestamp>) {
    let mut content = b"{\"id\":\"".to_vec();
    write_prefixed(&mut content, prefix, id);
    content.push(b'"');
    if let Some(at) = at {
        content.extend_from_slice(format!(",\"at\":{}", at.micros()).as_bytes());
    }
    content.push(b'}');
    out.extend_from_slice(URL_SAFE_NO_PAD.encode(content).as_bytes());
}

/// Decodes a cursor: base64, with either alphabet and with or without padding, or a bare id. An empty text is no cursor.
/// Neither must the row exist, nor must the id be one of this server's: its position in the text order of ids counts.
///
/// # Errors
/// `Invalid` if the text is not a cursor of a list with this id prefix.
pub(crate) fn decode_cursor<K>(
    cursor: Option<&str>,
    prefix: &str,
    order: SortOrder,
) -> Result<Option<CreationCursor<K>>> {
    let invalid = || Error::invalid("cursor", "is not one of this list");
    let Some(cursor) = cursor.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let CursorContent { id, at } = match cursor.strip_prefix(prefix) {
        Some(_) => CursorContent {
            id: cursor.to_owned(),
            at: None,
        },
        None => {
            // Some clients encode with the standard alphabet; its `+` is read as a space in a query string.
            let url_safe = cursor.replace(['+', ' '], "-").replace('/', "_");
            let bytes = URL_SAFE_NO_PAD
                .decode(url_safe.trim_end_matches('='))
                .map_err(|_| invalid())?;
            serde_json::from_slice(&bytes).map_err(|_| invalid())?
        }
    };
    let suffix = id.strip_prefix(prefix).ok_or_else(invalid)?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if id.len() > MAX_ID_BYTES || !suffix.bytes().all(is_allowed) {
        return Err(invalid());
    }
    let id = Id::new(Uuid::from_u128(nearest_id(suffix, order)));
    Ok(Some(CreationCursor {
        created_at: at.map(Timestamp::from_micros),
        id,
    }))
}

/// Returns the id after which a scan in this order continues for the text of any id. Found by binary search over the
/// texts of all ids, so that it depends on their text order alone.
fn nearest_id(suffix: &str, order: SortOrder) -> u128 {
    let text = |bits| format_prefixed("", Id::<()>::new(Uuid::from_u128(bits)));
    // Finds the smallest id whose text is not less than the suffix, or the greatest id.
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
        // Descending scans return ids less than this one.
        SortOrder::Descending => low,
        // Ascending scans return greater ids; unless the texts are equal, this id itself is one of them.
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
    fn cursor_padded_unpadded_or_bare_decodes_to_its_id() {
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
    fn cursor_of_list_by_time_decodes_to_its_time() {
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
    fn cursor_with_foreign_id_decodes_to_its_neighbour() {
        let own_id = |text: &str| {
            parlor_kit::ids::parse_prefixed::<()>("", text)
                .unwrap()
                .uuid()
                .as_u128()
        };
        // The example of the vendor's page: `space_123`.
        let first = own_id("12300000000000000000000000");
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
    fn invalid_cursor_is_refused() {
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
