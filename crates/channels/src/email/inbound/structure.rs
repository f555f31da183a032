//! Limits of a mail's structure, checked before it is parsed. The parser's work and memory grow with the number of parts times
//! the length of the mail, and its recursion with the depth of mails in mails; everybody may write to an inbox.

use std::borrow::Cow;

/// `Content-Type` headers at most.
const MAX_CONTENT_TYPES: usize = 200;
/// Lines at most that may begin a part.
const MAX_BOUNDARY_LINES: usize = 20_000;
/// Longest headers of the mail, and of its parts together.
const MAX_HEADER_BYTES: usize = 256 * 1024;
const MAX_PART_HEADER_BYTES: usize = 1024 * 1024;
/// Media types whose parts the parser reads as mails of their own, and what replaces them: bytes that are left unread.
const NESTED_TYPES: [(&[u8], &[u8]); 3] = [
    (b"rfc822", b"x-mail"),
    (b"global", b"x-mail"),
    (b"digest", b"x-dige"),
];
const CONTENT_TYPE: &[u8] = b"content-type:";

/// A mail with too many parts or headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooComplex;

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineLocation {
    /// In the headers of the mail.
    Headers,
    /// In what may be the headers of a part.
    PartHeaders,
    /// In a body.
    Body,
}

/// Returns the mail with attached mails marked as other attachments.
///
/// # Errors
/// If it has more parts or headers than any program writes.
pub(super) fn limit_structure(raw: &[u8]) -> Result<Cow<'_, [u8]>, TooComplex> {
    let mut limited = Cow::Borrowed(raw);
    let (mut content_types, mut boundaries) = (0, 0);
    let (mut header_bytes, mut part_header_bytes) = (0, 0);
    let mut location = LineLocation::Headers;
    // A header goes on in the lines that begin with a blank.
    let mut is_content_type = false;
    let mut offset = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let start = offset;
        offset += line.len();
        let is_blank = line.trim_ascii().is_empty();
        if has_dashes(line) {
            boundaries += 1;
            if location == LineLocation::Body {
                location = LineLocation::PartHeaders;
            }
        } else if is_blank {
            location = LineLocation::Body;
        }
        match location {
            LineLocation::Headers => header_bytes += line.len(),
            LineLocation::PartHeaders => part_header_bytes += line.len(),
            LineLocation::Body => {}
        }
        let is_continued = line
            .first()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let names_content_type = contains_content_type(line);
        content_types += usize::from(names_content_type);
        is_content_type = names_content_type || (is_continued && is_content_type);
        if is_content_type {
            replace_nested_types(&mut limited, start, line);
        }
    }
    let is_too_complex = content_types > MAX_CONTENT_TYPES
        || boundaries > MAX_BOUNDARY_LINES
        || header_bytes > MAX_HEADER_BYTES
        || part_header_bytes > MAX_PART_HEADER_BYTES;
    if is_too_complex {
        return Err(TooComplex);
    }
    Ok(limited)
}

/// The parser looks for boundaries everywhere in a line.
fn has_dashes(line: &[u8]) -> bool {
    line.windows(2).any(|pair| pair == b"--")
}

/// Returns whether a line names the header, also as the parser reads it: blanks in the name are skipped, and the name may
/// follow a boundary.
fn contains_content_type(line: &[u8]) -> bool {
    let mut matched = 0;
    for byte in line {
        if byte.is_ascii_whitespace() {
            continue;
        }
        let byte = byte.to_ascii_lowercase();
        if byte == CONTENT_TYPE[matched] {
            matched += 1;
            if matched == CONTENT_TYPE.len() {
                return true;
            }
        } else {
            // No part of the name but its first letter begins it again; `c` in `content` does not repeat.
            matched = usize::from(byte == CONTENT_TYPE[0]);
        }
    }
    false
}

fn replace_nested_types(limited: &mut Cow<'_, [u8]>, start: usize, line: &[u8]) {
    for (name, replacement) in NESTED_TYPES {
        let windows = line.windows(name.len()).enumerate();
        let found = windows.filter(|(_, window)| window.eq_ignore_ascii_case(name));
        for (position, _) in found {
            let at = start + position;
            limited.to_mut()[at..at + name.len()].copy_from_slice(replacement);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(raw: &str) -> String {
        String::from_utf8(limit_structure(raw.as_bytes()).unwrap().into_owned()).unwrap()
    }

    #[test]
    fn type_of_an_attached_mail_is_replaced_however_it_is_written() {
        for raw in [
            "Content-Type: message/rfc822\n\n",
            "content-type:\n message/RFC822\n\n",
            "Con tent-Type : message/global; a=b\n\n",
            "\n--bContent-Type: message/rfc822\n\n",
            "CContent-Type: multipart/digest\n\n",
        ] {
            let lower = limited(raw).to_ascii_lowercase();
            let is_nested = ["rfc822", "global", "digest"].map(|name| lower.contains(name));
            assert_eq!(is_nested, [false; 3], "{lower}");
            assert_eq!(lower.len(), raw.len());
        }
        let text = "Subject: global rfc822\n\nThe digest of message/rfc822\n";
        assert_eq!(limited(text), text);
    }

    #[test]
    fn mail_beyond_a_limit_is_refused() {
        let head = "From: a@b.example\n\n";
        for raw in [
            format!("{head}{}", "--b\nContent-Type: text/plain\n\n".repeat(201)),
            format!("{head}{}", "--b\n\n".repeat(20_001)),
            format!("{}\n", "a:b\n".repeat(70_000)),
            format!("{head}--b\n{}\n", "a:b\n".repeat(270_000)),
        ] {
            assert_eq!(limit_structure(raw.as_bytes()), Err(TooComplex));
        }
        let long = format!("{head}{}", "a line: with words\n".repeat(100_000));
        assert!(limit_structure(long.as_bytes()).is_ok());
    }
}
