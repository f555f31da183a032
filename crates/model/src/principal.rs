//! Handles: the text form of a principal, which every member has.
//!
//! The text is lower-case RFC 4648 base 32 without padding of a big-endian CRC-32 followed by the bytes, with a dash
//! after every five characters. A member's handle encodes a 10-byte principal, so it has 27 characters.

use data_encoding::BASE32_NOPAD;
use uuid::Uuid;

/// Encodes at most 29 bytes as principal text.
pub fn encode(bytes: &[u8]) -> String {
    let mut checked = crc32fast::hash(bytes).to_be_bytes().to_vec();
    checked.extend_from_slice(bytes);
    let plain = BASE32_NOPAD.encode(&checked).to_ascii_lowercase();
    let mut text = String::with_capacity(plain.len() + plain.len() / 5);
    for (index, letter) in plain.chars().enumerate() {
        if index > 0 && index % 5 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// Decodes principal text; `None` if alphabet, dashes or checksum are wrong.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|&letter| letter != '-').collect();
    if plain.chars().any(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    let checked = BASE32_NOPAD
        .decode(plain.to_ascii_uppercase().as_bytes())
        .ok()?;
    let (crc, bytes) = checked.split_at_checked(4)?;
    (bytes.len() <= 29 && encode(bytes) == text && crc == crc32fast::hash(bytes).to_be_bytes())
        .then(|| bytes.to_vec())
}

/// Returns the handle of eight bytes.
pub fn handle_from_bytes(eight: [u8; 8]) -> String {
    let mut bytes = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
    bytes[..8].copy_from_slice(&eight);
    encode(&bytes)
}

/// Derives the handle of a member from the random half of its id.
pub fn handle_from_id(id: Uuid) -> String {
    let (_, low) = id.as_u64_pair();
    handle_from_bytes(low.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_principals_round_trip() {
        for (text, hex) in [
            ("dhkyq-sqaaa-aaaaj-sgz3q-cai", "00000000013236770101"),
            ("qddyo-3aaaa-aaaaj-allxa-cai", "0000000001205aee0101"),
            ("d4swz-zaaaa-aaaaj-at5fa-cai", "0000000001209f4a0101"),
            ("2vxsx-fae", "04"),
            ("aaaaa-aa", ""),
        ] {
            let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
            assert_eq!(encode(&bytes), text);
            assert_eq!(decode(text), Some(bytes));
        }
    }

    #[test]
    fn damaged_principals_are_refused() {
        for text in [
            "1u4dp-6qaaa-aaaaj-aag4q-cai",
            "dhkyq-sqaaa-aaaaj-sgz3q-caj",
            "DHKYQ-sqaaa-aaaaj-sgz3q-cai",
            "",
            "a",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn handle_has_27_characters_and_fixed_end() {
        let text = handle_from_id(Uuid::from_u128(0x0192_aaaa_bbbb_7ccc_8ddd_eeee_ffff_0001));
        assert_eq!((text.len(), &text[23..]), (27, "-cai"));
    }
}
