//! Escaping and measuring of untrusted text for terminals: it must not move the cursor, change the terminal's state,
//! break the line or reverse the direction of other text.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Replaces control and invisible characters: ASCII controls by their control pictures (`␛` for escape, `␊` for line
/// feed), others by escapes such as `\u{202e}`.
pub(crate) fn escape_text(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_terminal_control) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\0'..='\x1f' => escaped.extend(char::from_u32(0x2400 + c as u32)),
            '\x7f' => escaped.push('\u{2421}'),
            c if is_terminal_control(c) => {
                // Writing to a `String` does not fail.
                let _ = write!(escaped, "\\u{{{:x}}}", c as u32);
            }
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// Returns whether a character is a control, line separator, directional mark, zero-width character or tag. Zero-width
/// joiners are accepted, because scripts and emoji need them.
fn is_terminal_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Escapes such characters in JSON text as `\uXXXX`. The value stays the same, because they can occur in strings only.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_terminal_control) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for c in json.chars() {
        if is_terminal_control(c) {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a `String` does not fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Returns the number of terminal columns of a text.
pub(crate) fn display_width(text: &str) -> usize {
    text.width()
}

/// Shortens a text to at most `max_columns`, with an ellipsis at the end. Cuts only between grapheme clusters.
pub(crate) fn truncate_to_width(text: &str, max_columns: usize) -> Cow<'_, str> {
    if text.width() <= max_columns {
        return Cow::Borrowed(text);
    }
    let mut end = 0;
    for (start, cluster) in text.grapheme_indices(true) {
        let cluster_end = start + cluster.len();
        if text[..cluster_end].width() >= max_columns {
            break;
        }
        end = cluster_end;
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_controls_are_escaped() {
        for (text, escaped) in [
            ("Zoë Müller 漢字", "Zoë Müller 漢字"),
            ("\x1b]0;owned\x07\x1b[2J", "␛]0;owned␇␛[2J"),
            ("two\r\nlines", "two␍␊lines"),
            ("\x7f\u{9b}31m", "␡\\u{9b}31m"),
            ("gpj.\u{202e}exe", "gpj.\\u{202e}exe"),
            (
                "a\u{2066}b\u{200b}c\u{2028}d",
                "a\\u{2066}b\\u{200b}c\\u{2028}d",
            ),
            ("\u{1F469}\u{200d}\u{1F467}", "\u{1F469}\u{200d}\u{1F467}"),
        ] {
            assert_eq!(escape_text(text), escaped);
        }
    }

    #[test]
    fn escaped_json_has_same_value_without_controls() {
        let value = serde_json::json!({ "name": "a\u{9b}31m\u{7f}\u{202e}b\u{e0001}\u{1F469}\u{200d}\u{1F467}\n" });
        let plain = value.to_string();
        let escaped = escape_json(&plain);
        assert!(!escaped.chars().any(is_terminal_control), "{escaped}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }

    #[test]
    fn truncation_ends_between_characters() {
        assert_eq!(truncate_to_width("abc", 3), "abc");
        assert_eq!(truncate_to_width("abcd", 3), "ab…");
        assert_eq!(truncate_to_width("漢字漢字", 5), "漢字…");
        assert_eq!(truncate_to_width("漢字漢字", 6), "漢字…");
        assert_eq!(
            truncate_to_width("e\u{301}e\u{301}e\u{301}", 2),
            "e\u{301}…"
        );
        let families = "\u{1F469}\u{200d}\u{1F467}".repeat(3);
        assert_eq!(
            truncate_to_width(&families, 5),
            "\u{1F469}\u{200d}\u{1F467}\u{1F469}\u{200d}\u{1F467}…"
        );
    }
}
