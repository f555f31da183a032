//! Media types of files that others have named.

/// Type of bytes of which nothing is known.
pub const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";
/// Longest media type, without parameters.
const MAX_MEDIA_TYPE_BYTES: usize = 100;

/// Pictures that every browser shows and that contain no script, by the bytes that they begin with.
const PICTURES: [(&str, &[u8]); 4] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF87a"),
    ("image/gif", b"GIF89a"),
];

/// Returns the media type under which a file is stored. What claims to be a picture must be one, and what is one has the type of
/// its bytes; of other types the declared one is kept without its parameters.
pub fn safe_media_type(declared: Option<&str>, start: &[u8]) -> String {
    if let Some(found) = picture_type(start) {
        return found.to_owned();
    }
    let declared = declared.and_then(essence);
    let declared = declared.filter(|text| !PICTURES.iter().any(|(name, _)| name == text));
    match declared {
        Some(text) if text != "image/webp" && text != "image/jpg" => text,
        _ => UNKNOWN_MEDIA_TYPE.to_owned(),
    }
}

/// Returns whether a browser may show a file of a type in place: a picture without scripts.
pub fn is_safe_picture(media_type: &str) -> bool {
    media_type == "image/webp" || PICTURES.iter().any(|(name, _)| *name == media_type)
}

fn picture_type(start: &[u8]) -> Option<&'static str> {
    if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    let mut pictures = PICTURES.iter();
    let found = pictures.find(|(_, magic)| start.starts_with(magic));
    found.map(|(name, _)| *name)
}

/// Returns a media type in lower case without its parameters, if it has the form of one.
fn essence(text: &str) -> Option<String> {
    let text = text.split(';').next()?.trim().to_ascii_lowercase();
    let (kind, subtype) = text.split_once('/')?;
    let is_token = |token: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
        !token.is_empty() && token.bytes().all(is_letter)
    };
    let fits = is_token(kind) && is_token(subtype) && text.len() <= MAX_MEDIA_TYPE_BYTES;
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_has_the_type_of_its_bytes() {
        let png = b"\x89PNG\r\n\x1a\n....";
        for (declared, bytes, expected) in [
            (Some("image/jpeg"), png.as_slice(), "image/png"),
            (None, b"RIFF....WEBPVP8 ", "image/webp"),
            (Some("image/png"), b"<html>", UNKNOWN_MEDIA_TYPE),
            (Some("image/webp"), b"RIFF", UNKNOWN_MEDIA_TYPE),
            (
                Some("Text/Calendar; method=REQUEST"),
                b"BEGIN",
                "text/calendar",
            ),
            (Some("image/svg+xml"), b"<svg", "image/svg+xml"),
            (Some("no type"), b"", UNKNOWN_MEDIA_TYPE),
            (Some("a/b\r\nc"), b"", UNKNOWN_MEDIA_TYPE),
            (None, b"", UNKNOWN_MEDIA_TYPE),
        ] {
            assert_eq!(safe_media_type(declared, bytes), expected, "{declared:?}");
        }
        assert!(is_safe_picture("image/png") && !is_safe_picture("image/svg+xml"));
    }
}
