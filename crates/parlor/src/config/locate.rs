//! Positions in the configuration file, for error messages.

use toml::de::DeTable;

/// Returns the line of a byte offset, counted from 1.
pub(super) fn line_number(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}

/// Returns `FILE, line N` for a key path, or `FILE` if the key is not found.
pub(super) fn locate_key(file: &str, text: &str, path: &[&str]) -> String {
    match find_key_line(text, path) {
        Some(line) => format!("{file}, line {line}"),
        None => file.to_owned(),
    }
}

fn find_key_line(text: &str, path: &[&str]) -> Option<usize> {
    let (last, tables) = path.split_last()?;
    let document = DeTable::parse(text).ok()?;
    let mut table = document.get_ref();
    for name in tables {
        let (_, value) = table.iter().find(|(key, _)| key.get_ref() == *name)?;
        table = value.get_ref().as_table()?;
    }
    let (key, _) = table.iter().find(|(key, _)| key.get_ref() == *last)?;
    Some(line_number(text, key.span().start))
}

#[cfg(test)]
mod tests {
    use super::locate_key;

    #[test]
    fn keys_are_located_in_their_tables() {
        let text = "# first\nlisten = \"x\"\n\n[dialects.sharely]\nlisten = 1\n";
        assert_eq!(locate_key("a.toml", text, &["listen"]), "a.toml, line 2");
        assert_eq!(
            locate_key("a.toml", text, &["dialects", "sharely", "listen"]),
            "a.toml, line 5"
        );
        assert_eq!(locate_key("a.toml", text, &["absent"]), "a.toml");
    }
}
