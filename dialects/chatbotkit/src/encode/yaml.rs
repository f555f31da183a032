//! Encodes JSON as block YAML that YAML 1.1 and YAML 1.2 parsers decode to the same values.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Encodes a JSON object. Keeps the order of its keys; writes no document markers and no final newline. An invalid text is
/// encoded as an empty object.
pub(super) fn from_json(json: &str) -> String {
    let map: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let mut out = String::with_capacity(json.len() + 16);
    if map.is_empty() {
        out.push_str("{}");
    } else {
        write_mapping(&mut out, &map, 0);
    }
    out
}

/// Maximum length of an implicit key; a longer one needs the `? ` indicator.
const MAX_PLAIN_KEY_BYTES: usize = 100;

/// Writes a mapping. The caller has indented its first key.
fn write_mapping(out: &mut String, map: &Map<String, Value>, indent: usize) {
    for (index, (key, value)) in map.iter().enumerate() {
        if index > 0 {
            write_line_break(out, indent);
        }
        if key.len() > MAX_PLAIN_KEY_BYTES {
            out.push_str("? ");
            write_scalar(out, key);
            write_line_break(out, indent);
        } else {
            write_scalar(out, key);
        }
        out.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                write_line_break(out, indent + 2);
                write_mapping(out, inner, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                write_line_break(out, indent + 2);
                write_sequence(out, items, indent + 2);
            }
            leaf => {
                out.push(' ');
                write_leaf(out, leaf);
            }
        }
    }
}

/// Writes a sequence. The caller has indented its first item.
fn write_sequence(out: &mut String, items: &[Value], indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            write_line_break(out, indent);
        }
        out.push_str("- ");
        match item {
            Value::Object(inner) if !inner.is_empty() => write_mapping(out, inner, indent + 2),
            Value::Array(inner) if !inner.is_empty() => write_sequence(out, inner, indent + 2),
            leaf => write_leaf(out, leaf),
        }
    }
}

fn write_line_break(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn write_leaf(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(value) => write_number(out, &value.to_string()),
        Value::String(text) => write_scalar(out, text),
        // Others are written as a block.
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Writes a number. YAML 1.1 requires a decimal point and a signed exponent in a number with an exponent.
fn write_number(out: &mut String, text: &str) {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        out.push_str(text);
        return;
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with(['+', '-']) {
        out.push('+');
    }
    out.push_str(exponent);
}

/// Writes a text: plain if no parser could take it for another type, otherwise in double quotes on one line.
fn write_scalar(out: &mut String, text: &str) {
    if is_plain_scalar(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Non-printable characters or line breaks in one of the two versions.
            '\0'..='\x1f' | '\x7f'..='\u{a0}' => {
                let _ = write!(out, "\\x{:02x}", character as u32);
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Texts that one of the versions decodes as a boolean or null.
const RESERVED_WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Returns whether a text can be a plain scalar. It begins with a letter, so it is no number, date or indicator, and has only
/// characters that are literal in block style.
fn is_plain_scalar(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_with_letter = text.chars().next().is_some_and(char::is_alphabetic);
    starts_with_letter
        && !text.ends_with([' ', ':'])
        && !RESERVED_WORDS
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
        && text
            .char_indices()
            .all(|(index, character)| match character {
                ':' => bytes.get(index + 1).is_some_and(|next| *next != b' '),
                '#' => false,
                ' ' | '_' | '-' | '.' | '/' | '@' | '+' | '(' | ')' | ',' | ';' | '!' | '?'
                | '&' | '%' | '=' | '\'' => true,
                _ => character.is_alphanumeric(),
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_object_is_encoded_in_block_style() {
        let json = r#"{"department":"support","tier":{"name":"gold","sla":4},"tags":["a",{"b":1,"c":[]},[1,[2,{}]]],"none":null,"e":{}}"#;
        assert_eq!(
            from_json(json),
            "department: support\ntier:\n  name: gold\n  sla: 4\ntags:\n  - a\n  - b: 1\n    c: []\n  - - 1\n    - - 2\n      - {}\nnone: null\ne: {}"
        );
        assert_eq!(from_json("{}"), "{}");
    }

    #[test]
    fn text_of_another_type_is_not_plain() {
        for text in [
            "no",
            "Yes",
            "ON",
            "null",
            "~",
            "",
            " x",
            "x ",
            "1e3",
            "0x1F",
            "1_000",
            "12:30:45",
            "2025-01-01",
            "- x",
            "a: b",
            "a #b",
            "key:",
            "{x}",
            "[x]",
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "`x",
            "'x",
            "\"x",
            "=x",
            "<<",
            ".inf",
            ".5",
            "+1",
            "x\ny",
            "x\u{85}y",
            "x\u{2028}y",
            "\u{feff}x",
            "y",
            "N",
            "| x",
            "> x",
            "? x",
            "x\ty",
        ] {
            assert!(!is_plain_scalar(text), "{text:?}");
        }
        for text in ["support", "hour response", "a:b", "Zoë", "漢字", "it's"] {
            assert!(is_plain_scalar(text), "{text:?}");
        }
    }

    #[test]
    fn number_with_exponent_gets_point_and_sign() {
        let encoded = |text: &str| {
            let mut out = String::new();
            write_number(&mut out, text);
            out
        };
        assert_eq!(encoded("1e+3"), "1.0e+3");
        assert_eq!(encoded("-1.5e-7"), "-1.5e-7");
        assert_eq!(encoded("2E5"), "2.0e+5");
        assert_eq!(encoded("-12.50"), "-12.50");
    }
}
