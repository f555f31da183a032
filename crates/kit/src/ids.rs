//! Text formats of ids. Each dialect accepts only its own.

use parlor_model::Id;
use uuid::Uuid;

/// Lower-case Crockford base 32: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of 128 bits in base 32.
const BASE32_CHARS: usize = 26;

/// Formats a lower-case UUID with hyphens.
pub fn format_uuid<K>(id: Id<K>) -> String {
    id.uuid().hyphenated().to_string()
}

/// Parses a UUID with hyphens, in any case.
pub fn parse_uuid<K>(text: &str) -> Option<Id<K>> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok().map(Id::new))
        .flatten()
}

/// Formats 32 lower-case hex digits.
pub fn format_hex<K>(id: Id<K>) -> String {
    id.uuid().simple().to_string()
}

/// Parses 32 lower-case hex digits.
pub fn parse_hex<K>(text: &str) -> Option<Id<K>> {
    let is_valid = text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_valid
        .then(|| Uuid::try_parse(text).ok().map(Id::new))
        .flatten()
}

/// Formats a prefix such as `space_` and 26 base-32 characters. The order of texts is the order of ids.
pub fn format_prefixed<K>(prefix: &str, id: Id<K>) -> String {
    let mut out = Vec::with_capacity(prefix.len() + BASE32_CHARS);
    write_prefixed(&mut out, prefix, id);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes the format of [`format_prefixed`] into a buffer.
pub fn write_prefixed<K>(out: &mut Vec<u8>, prefix: &str, id: Id<K>) {
    out.extend_from_slice(prefix.as_bytes());
    // Two characters, then two halves of twelve: exports write millions of these, and 128-bit shifts are slow.
    let bits = id.uuid().as_u128();
    let mut text = [0; BASE32_CHARS];
    for (part, shift) in [(0..2, 120), (2..14, 60), (14..BASE32_CHARS, 0)] {
        let mut rest = (bits >> shift) as u64;
        for character in text[part].iter_mut().rev() {
            *character = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
    }
    out.extend_from_slice(&text);
}

/// Parses the format of [`format_prefixed`].
pub fn parse_prefixed<K>(prefix: &str, text: &str) -> Option<Id<K>> {
    let text = text.strip_prefix(prefix)?;
    if text.len() != BASE32_CHARS || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes()
        .try_fold(0_u128, |bits, byte| {
            let digit = ALPHABET.iter().position(|character| *character == byte)?;
            Some(bits << 5 | digit as u128)
        })
        .map(|bits| Id::new(Uuid::from_u128(bits)))
}

/// Parses a positive decimal integer, as used in paths by vendors with integer ids.
pub fn parse_number(text: &str) -> Option<i64> {
    let is_valid =
        !text.is_empty() && text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_valid
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_model::id::SpaceId;

    #[test]
    fn each_id_format_round_trips_and_rejects_others() {
        for bits in [0, 1, 0x0192_aaaa_bbbb_7ccc_8ddd_eeee_ffff_0001, u128::MAX] {
            let id = SpaceId::new(Uuid::from_u128(bits));
            assert_eq!(parse_uuid(&format_uuid(id)), Some(id));
            assert_eq!(parse_hex(&format_hex(id)), Some(id));
            assert_eq!(
                parse_prefixed("space_", &format_prefixed("space_", id)),
                Some(id)
            );
            assert_eq!(parse_uuid::<()>(&format_hex(id)), None);
            assert_eq!(parse_hex::<()>(&format_uuid(id)), None);
            assert_eq!(
                parse_prefixed::<()>("contact_", &format_prefixed("space_", id)),
                None
            );
        }
        assert_eq!(
            parse_prefixed::<()>("space_", "space_8zzzzzzzzzzzzzzzzzzzzzzzzz"),
            None
        );
        assert_eq!(parse_prefixed::<()>("space_", "space_123"), None);
    }

    #[test]
    fn base32_preserves_order() {
        let texts: Vec<_> = [1_u128, 31, 32, 1 << 64, u128::MAX]
            .map(|bits| format_prefixed("", SpaceId::new(Uuid::from_u128(bits))))
            .to_vec();
        assert!(texts.is_sorted());
    }

    #[test]
    fn numbers_are_positive_decimals() {
        assert_eq!(parse_number("42"), Some(42));
        for bad in ["", "0", "-1", "+1", "1.0", "99999999999999999999"] {
            assert_eq!(parse_number(bad), None, "{bad}");
        }
    }
}
