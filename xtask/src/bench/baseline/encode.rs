//! Encoding of ids and times as in the server, written directly into the response.

use std::fmt::Write;

const BASE32_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const BASE64_ALPHABET: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes an id as 26 characters of base 32; the first carries three bits.
pub(in crate::bench) fn write_id(out: &mut String, bytes: &[u8]) {
    let mut value = [0; 16];
    value.copy_from_slice(bytes.get(..16).unwrap_or(&[0; 16]));
    let value = u128::from_be_bytes(value);
    let mut text = [0; 26];
    for (index, letter) in text.iter_mut().rev().enumerate() {
        *letter = BASE32_ALPHABET[(value >> (index * 5)) as usize & 31];
    }
    push_ascii(out, &text);
}

/// Appends ASCII bytes.
fn push_ascii(out: &mut String, ascii: &[u8]) {
    out.push_str(std::str::from_utf8(ascii).unwrap_or(""));
}

/// Parses the 26 characters of an id.
pub(super) fn parse_id(text: &str) -> Option<[u8; 16]> {
    let mut value = 0_u128;
    for byte in text.bytes() {
        let digit = BASE32_ALPHABET.iter().position(|&digit| digit == byte)?;
        value = value << 5 | digit as u128;
    }
    (text.len() == 26).then(|| value.to_be_bytes())
}

/// Writes URL-safe base64 without padding.
pub(in crate::bench) fn write_base64(out: &mut String, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(bits);
        for index in 0..=chunk.len() {
            let letter = bits >> (18 - 6 * index) & 63;
            out.push(char::from(BASE64_ALPHABET[letter as usize]));
        }
    }
}

/// Decodes URL-safe base64 without padding.
pub(super) fn parse_base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut have) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let letter = BASE64_ALPHABET.iter().position(|&letter| letter == byte)?;
        bits = bits << 6 | letter as u32;
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
        }
    }
    Some(bytes)
}

/// Writes microseconds since the Unix epoch as `2025-01-01T10:00:00.000Z`.
pub(super) fn write_time(out: &mut String, micros: i64) {
    let millis = micros.div_euclid(1000);
    let (days, within) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // Years start in March, so that the leap day is last; an era is 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    write_digits(&mut text[0..4], year);
    write_digits(&mut text[5..7], month);
    write_digits(&mut text[8..10], of_month);
    write_digits(&mut text[11..13], within / 3_600_000);
    write_digits(&mut text[14..16], within / 60_000 % 60);
    write_digits(&mut text[17..19], within / 1000 % 60);
    write_digits(&mut text[20..23], within % 1000);
    push_ascii(out, &text);
}

fn write_digits(text: &mut [u8], mut number: i64) {
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Writes a quoted JSON string.
pub(super) fn write_json(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[from..at]);
        from = at + 1;
        let _ = match byte {
            b'"' => write!(out, "\\\""),
            b'\\' => write!(out, "\\\\"),
            b'\n' => write!(out, "\\n"),
            _ => write!(out, "\\u{byte:04x}"),
        };
    }
    out.push_str(&text[from..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(spell: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        spell(&mut out);
        out
    }

    #[test]
    fn ids_and_cursors_round_trip() {
        let cursor = parse_base64("eyJpZCI6InNwYWNlXzEyMyJ9");
        assert_eq!(cursor.as_deref(), Some(&b"{\"id\":\"space_123\"}"[..]));
        let bytes = 0x0198_c0de_0000_7000_8000_0000_0000_0001_u128.to_be_bytes();
        let text = encoded(|out| write_id(out, &bytes));
        assert_eq!(text.len(), 26);
        assert_eq!(parse_id(&text), Some(bytes));
        assert_eq!(parse_id("u"), None);
    }

    #[test]
    fn times_and_strings_match_server_encoding() {
        assert_eq!(
            encoded(|out| write_time(out, 0)),
            "1970-01-01T00:00:00.000Z"
        );
        assert_eq!(
            encoded(|out| write_time(out, 1_709_210_096_789_000)),
            "2024-02-29T12:34:56.789Z"
        );
        assert_eq!(
            encoded(|out| write_time(out, 1_735_689_599_999_999)),
            "2024-12-31T23:59:59.999Z"
        );
        assert_eq!(
            encoded(|out| write_json(out, "a\"b\\c\nd")),
            r#""a\"b\\c\nd""#
        );
        assert_eq!(
            encoded(|out| write_base64(out, b"{\"id\":\"space_123\"}")),
            "eyJpZCI6InNwYWNlXzEyMyJ9"
        );
    }
}
