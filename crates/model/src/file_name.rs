//! Names of files that others have named.

/// Longest name, in bytes: also with an escape for each of them, it fits into a header.
pub const MAX_FILE_NAME_BYTES: usize = 200;
/// Longest ending that stays when a name is shortened.
const MAX_EXTENSION_BYTES: usize = 16;

/// Returns the name of a file that a stranger has sent, without what could deceive its reader: folders, control characters,
/// characters that change the direction of writing, and dots and blanks at its ends. `None` if nothing is left.
pub fn clean_file_name(given: &str) -> Option<String> {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = name.chars().filter(|letter| !is_deceptive(*letter));
    let visible: String = visible
        .map(|letter| match letter {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
            _ if letter.is_whitespace() => ' ',
            _ => letter,
        })
        .collect();
    let is_edge = |letter: char| letter == '.' || letter == ' ';
    let trimmed = visible.trim_start_matches(' ').trim_end_matches(is_edge);
    let short = shorten(trimmed);
    (!short.trim_matches(is_edge).is_empty()).then_some(short)
}

/// Returns whether a letter shows nothing of its own, or changes how others are shown.
fn is_deceptive(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
                | char::MAX
        )
}

/// Shortens a name, but not its ending.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_FILE_NAME_BYTES {
        return name.to_owned();
    }
    let extension = name.rfind('.').map_or("", |dot| &name[dot..]);
    let extension = if extension.len() <= MAX_EXTENSION_BYTES {
        extension
    } else {
        ""
    };
    let mut end = MAX_FILE_NAME_BYTES - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_loses_folders_and_what_is_not_seen() {
        for (given, expected) in [
            ("scan.pdf", "scan.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\a\\letter.doc", "letter.doc"),
            ("\u{202e}fdp.exe", "fdp.exe"),
            ("a\r\nb\0\t.txt", "ab.txt"),
            (" ..hidden. ", "..hidden"),
            ("a\u{a0}b.txt", "a b.txt"),
            ("what?.png", "what_.png"),
            ("Gr\u{fc}\u{df}e.pdf", "Gr\u{fc}\u{df}e.pdf"),
        ] {
            assert_eq!(
                clean_file_name(given).as_deref(),
                Some(expected),
                "{given:?}"
            );
        }
        for given in ["", "/", "..", " . ", "\u{200b}", "a/", "\0"] {
            assert_eq!(clean_file_name(given), None, "{given:?}");
        }
    }

    #[test]
    fn long_name_keeps_its_ending() {
        let long = clean_file_name(&format!("{}.pdf", "\u{e4}".repeat(300))).unwrap();
        assert!(
            long.len() <= MAX_FILE_NAME_BYTES && long.ends_with("\u{e4}.pdf"),
            "{long}"
        );
        let long = clean_file_name(&"a.".repeat(300)).unwrap();
        assert!(long.len() <= MAX_FILE_NAME_BYTES, "{long}");
    }
}
