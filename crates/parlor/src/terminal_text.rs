//! Texts that others chose, made safe to print: a name must not move the cursor, change a terminal's state, end its line
//! or turn the direction of what stands beside it.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The text with every character that a terminal acts on, or that hides in it, shown instead: the controls of ASCII as
/// their pictures (`␛` for escape, `␊` for a line's end), others as `\u{202e}`.
pub(crate) fn escape_text(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_terminal_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + letter as u32)),
            '\x7f' => shown.push('\u{2421}'),
            letter if is_terminal_control(letter) => {
                // Writing to a text does not fail.
                let _ = write!(shown, "\\u{{{:x}}}", letter as u32);
            }
            letter => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// Controls, line ends, marks of direction, what has no width and joins nothing, and tags. The joiners stay: scripts and
/// emoji are written with them.
fn is_terminal_control(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
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

/// JSON in which such characters are escaped: it says the same, and a terminal does nothing of it. Within JSON they stand
/// in strings alone.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_terminal_control) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for letter in json.chars() {
        if is_terminal_control(letter) {
            for unit in letter.encode_utf16(&mut units) {
                // Writing to a text does not fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Columns a text takes on a terminal.
pub(crate) fn display_width(text: &str) -> usize {
    text.width()
}

/// The text's beginning of at most so many columns, an ellipsis at its end where something is left out. It is never cut
/// inside what a reader sees as one character.
pub(crate) fn truncate_to_width(text: &str, most: usize) -> Cow<'_, str> {
    if text.width() <= most {
        return Cow::Borrowed(text);
    }
    let mut end = 0;
    for (start, cluster) in text.grapheme_indices(true) {
        let behind = start + cluster.len();
        if text[..behind].width() >= most {
            break;
        }
        end = behind;
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_controls_are_escaped() {
        for (text, shown) in [
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
            assert_eq!(escape_text(text), shown);
        }
    }

    #[test]
    fn escaped_json_has_same_value_without_controls() {
        let value = serde_json::json!({ "name": "a\u{9b}31m\u{7f}\u{202e}b\u{e0001}\u{1F469}\u{200d}\u{1F467}\n" });
        let plain = value.to_string();
        let shown = escape_json(&plain);
        assert!(!shown.chars().any(is_terminal_control), "{shown}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
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
