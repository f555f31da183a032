//! Records as JSON objects.

use std::fmt::Write;

use parlor_kit::ids::write_prefixed;
use parlor_model::{Id, Timestamp};

use super::RecordWriter;

/// An object being written. Its first field is the record's id.
pub(crate) struct JsonObjectWriter<'p>(&'p mut RecordWriter);

/// Escapes the non-ASCII characters of a JSON text, so that a client may split it at any byte.
pub(crate) fn escape_non_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

impl RecordWriter {
    /// Begins an object with its id; [`JsonObjectWriter::finish`] ends it.
    pub(crate) fn begin_object<K>(&mut self, prefix: &str, id: Id<K>) -> JsonObjectWriter<'_> {
        self.write_raw("{\"id\":\"");
        write_prefixed(&mut self.out, prefix, id);
        self.write_raw("\"");
        JsonObjectWriter(self)
    }

    /// Writes a JSON string with its quotes.
    fn write_string(&mut self, text: &str) {
        self.out.push(b'"');
        if is_plain(text.as_bytes()) {
            self.write_raw(text);
        } else {
            self.write_escaped(text);
        }
        self.out.push(b'"');
    }

    /// Writes a stored JSON text. Non-ASCII characters occur only in its strings, so they can be escaped.
    fn write_json(&mut self, text: &str) {
        if !self.is_ascii_only || text.is_ascii() {
            self.write_raw(text);
        } else {
            for character in text.chars() {
                self.write_char(character);
            }
        }
    }

    fn write_escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '"' => self.write_raw("\\\""),
                '\\' => self.write_raw("\\\\"),
                '\n' => self.write_raw("\\n"),
                '\r' => self.write_raw("\\r"),
                '\t' => self.write_raw("\\t"),
                '\0'..='\x1f' => self.write_unicode_escape(character as u16),
                _ => self.write_char(character),
            }
        }
    }

    fn write_char(&mut self, character: char) {
        if character.is_ascii() {
            self.out.push(character as u8);
        } else if self.is_ascii_only {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                self.write_unicode_escape(*unit);
            }
        } else {
            let mut bytes = [0; 4];
            self.write_raw(character.encode_utf8(&mut bytes));
        }
    }

    fn write_unicode_escape(&mut self, unit: u16) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.write_raw("\\u");
        for shift in [12, 8, 4, 0] {
            self.out.push(HEX[usize::from(unit >> shift & 15)]);
        }
    }
}

/// Returns whether a text needs no escaping. Tests whole blocks without an early exit, so that the loop is vectorized.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.chunks(32).all(|block| {
        block.iter().fold(true, |plain, byte| {
            plain & (*byte >= b' ') & (*byte != b'"') & (*byte != b'\\') & (*byte < 0x80)
        })
    })
}

impl JsonObjectWriter<'_> {
    fn write_key(&mut self, name: &str) {
        self.0.write_raw(",\"");
        self.0.write_raw(name);
        self.0.write_raw("\":");
    }

    /// Writes a text, if there is one.
    pub(crate) fn text(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.write_key(name);
            self.0.write_string(value);
        }
        self
    }

    /// Writes an id, if there is one.
    pub(crate) fn id<K>(&mut self, name: &str, prefix: &str, value: Option<Id<K>>) -> &mut Self {
        if let Some(value) = value {
            self.write_key(name);
            self.0.out.push(b'"');
            write_prefixed(&mut self.0.out, prefix, value);
            self.0.out.push(b'"');
        }
        self
    }

    /// Writes a boolean, if there is one.
    pub(crate) fn flag(&mut self, name: &str, value: Option<bool>) -> &mut Self {
        if let Some(value) = value {
            self.write_key(name);
            self.0.write_raw(if value { "true" } else { "false" });
        }
        self
    }

    /// Writes stored JSON.
    pub(crate) fn json(&mut self, name: &str, value: &str) -> &mut Self {
        self.write_key(name);
        self.0.write_json(value);
        self
    }

    /// Writes a time, if there is one.
    pub(crate) fn time(&mut self, name: &str, value: Option<Timestamp>) -> &mut Self {
        if let Some(value) = value {
            self.write_key(name);
            let is_quoted = self.0.timestamps.is_quoted();
            if is_quoted {
                self.0.out.push(b'"');
            }
            self.0.write_time(value);
            if is_quoted {
                self.0.out.push(b'"');
            }
        }
        self
    }

    /// Ends the object.
    pub(crate) fn finish(&mut self) {
        self.0.out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    const TEXTS: [&str; 7] = [
        "",
        "plain",
        "a \"b\" \\ c",
        "tab\tline\nreturn\r bell\u{7} del\u{7f}",
        "é ß 漢字",
        "emoji 😀 in the middle",
        "a text that is longer than one block of bytes, with the quote \" late in it",
    ];

    fn write_to_string(ascii: bool, write: impl Fn(&mut RecordWriter)) -> String {
        let mut writer = RecordWriter::new(Settings::default());
        writer.is_ascii_only = ascii;
        write(&mut writer);
        String::from_utf8(writer.out).unwrap()
    }

    #[test]
    fn string_is_escaped_and_decodes_to_itself() {
        for text in TEXTS {
            let plain = write_to_string(false, |writer| writer.write_string(text));
            assert_eq!(plain, serde_json::to_string(text).unwrap());
            let escaped = write_to_string(true, |writer| writer.write_string(text));
            assert!(escaped.is_ascii());
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }

    #[test]
    fn stored_json_escaped_decodes_to_the_same_value() {
        let stored = r#"{"naïve":["é\n😀",1.50,{"k":null}]}"#;
        assert_eq!(
            write_to_string(false, |writer| writer.write_json(stored)),
            stored
        );
        let escaped = write_to_string(true, |writer| writer.write_json(stored));
        assert!(escaped.is_ascii());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            serde_json::from_str::<serde_json::Value>(stored).unwrap()
        );
    }
}
