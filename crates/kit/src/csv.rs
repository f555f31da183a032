//! CSV cells (RFC 4180), with a guard against formulas that spreadsheets would execute.

/// Whether cells are guarded against formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaPolicy {
    /// Prefixes formulas with an apostrophe, so that spreadsheets show them as text.
    Escape,
    /// Writes every text unchanged.
    Keep,
}

/// Writes the content of a quoted cell, without the quotes around it.
///
/// Guarding is reversible: a text that begins with apostrophes before a formula gets one more. A reader that removes
/// one apostrophe from every cell that [`is_escaped`] restores the texts.
pub fn write_cell(out: &mut Vec<u8>, text: &str, policy: FormulaPolicy) {
    if policy == FormulaPolicy::Escape && is_formula(text.trim_start_matches(APOSTROPHE)) {
        out.push(b'\'');
    }
    // Quotes are doubled in a quoted cell.
    let mut parts = text.split('"');
    out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        out.extend_from_slice(b"\"\"");
        out.extend_from_slice(part.as_bytes());
    }
}

/// Returns whether the first apostrophe of a cell was added by the guard.
pub fn is_escaped(cell: &str) -> bool {
    cell.starts_with(APOSTROPHE) && is_formula(cell.trim_start_matches(APOSTROPHE))
}

const APOSTROPHE: char = '\'';

/// Returns whether a spreadsheet may execute the text: a formula operator after blanks only, in any Unicode spelling.
/// A leading tab or line break is enough, since programs that split or trim cells may find an operator after it.
/// Phone numbers and amounts may begin with a plus or minus.
fn is_formula(text: &str) -> bool {
    let content = text.trim_start_matches(is_blank);
    match content.chars().next() {
        None => false,
        Some(first) if is_operator(first) => true,
        Some(first) if is_sign(first) => {
            content.chars().any(|character| !is_number_char(character))
        }
        Some(_) => text.starts_with(['\t', '\r', '\n']),
    }
}

/// White space, controls and zero-width characters, which a spreadsheet may skip or drop.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// `=` and `@`: ASCII, full-width, small.
fn is_operator(character: char) -> bool {
    matches!(
        character,
        '=' | '@' | '\u{ff1d}' | '\u{ff20}' | '\u{fe66}' | '\u{fe6b}'
    )
}

/// `+` and `-`: ASCII, full-width, small, and the minus sign.
fn is_sign(character: char) -> bool {
    matches!(
        character,
        '+' | '-' | '\u{ff0b}' | '\u{ff0d}' | '\u{fe62}' | '\u{fe63}' | '\u{2212}'
    )
}

fn is_number_char(character: char) -> bool {
    character.is_ascii_digit() || is_sign(character) || matches!(character, ' ' | '(' | ')' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_cell(text: &str, policy: FormulaPolicy) -> String {
        let mut out = Vec::new();
        write_cell(&mut out, text, policy);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_are_escaped_in_every_spelling() {
        for sign in [
            "=", "@", "\u{ff1d}", "\u{ff20}", "\u{fe66}", "\u{fe6b}", "+", "-", "\u{ff0b}",
            "\u{ff0d}", "\u{fe62}", "\u{fe63}", "\u{2212}",
        ] {
            for front in [
                "", " ", "  ", "\t", "\r", "\n", "\r\n", "\u{a0}", "\u{3000}", "\u{feff}",
                "\u{200b}", "\0", "'", "''", "'\n",
            ] {
                let text = format!("{front}{sign}cmd()");
                assert_eq!(
                    written_cell(&text, FormulaPolicy::Escape),
                    format!("'{text}")
                );
                assert_eq!(written_cell(&text, FormulaPolicy::Keep), text);
            }
        }
        for text in ["\tx", "\rx", "\nx", "-2+cmd", "+1;x"] {
            assert_eq!(
                written_cell(text, FormulaPolicy::Escape),
                format!("'{text}")
            );
        }
    }

    #[test]
    fn numbers_and_plain_text_are_unchanged() {
        for text in [
            "",
            " ",
            "\n",
            "+1 (500) 555-0006",
            "-1.5",
            "\u{2212}2",
            "plain\nline",
            " x",
            "it's",
            "'quoted'",
            "a=b",
            "'",
        ] {
            assert_eq!(written_cell(text, FormulaPolicy::Escape), text);
        }
        assert_eq!(
            written_cell("say \"hi\"", FormulaPolicy::Escape),
            "say \"\"hi\"\""
        );
    }

    #[test]
    fn escaping_is_reversible() {
        for text in [
            "=1", "'=1", "''=1", "'\n=1", "'x", "x", "", "\tx", "'\tx", "+49 30", "'+49 30",
        ] {
            let written = written_cell(text, FormulaPolicy::Escape);
            let read = if is_escaped(&written) {
                &written[1..]
            } else {
                &written
            };
            assert_eq!(read, text);
        }
    }
}
