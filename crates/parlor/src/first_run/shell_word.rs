//! Quoting of words in shell commands that are printed.

use std::path::Path;

/// Quotes a word for a POSIX shell, if it needs quotes.
pub(super) fn quote_shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_[]".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

pub(super) fn quote_path(path: &Path) -> String {
    quote_shell_word(&path.display().to_string())
}
