//! Derives titles from messages.

use super::truncate_text::truncate_text;

/// Maximum length of a derived title.
const MAX_TITLE_CHARS: usize = 60;

/// Returns the first non-blank line of a text, cut at the end of a word if possible and always between grapheme
/// clusters; `None` for a blank text.
pub(crate) fn title_from_text(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let cut = truncate_text(line, MAX_TITLE_CHARS);
    let is_word_end = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
    if is_word_end(&line[cut.len()..]) {
        return Some(cut.trim_end().to_owned());
    }
    let last_space = cut
        .char_indices()
        .rfind(|(start, letter)| *start > 0 && letter.is_whitespace());
    let end = last_space.map_or(cut.len(), |(start, _)| start);
    Some(cut[..end].trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::title_from_text;

    #[test]
    fn title_is_first_line_cut_at_word_boundary() {
        assert_eq!(
            title_from_text("\n  Hello there \nmore"),
            Some("Hello there".to_owned())
        );
        assert_eq!(title_from_text("  \n"), None);
        let long = "word ".repeat(30);
        let title = title_from_text(&long).unwrap();
        assert!(title.chars().count() <= 60 && title.ends_with("word"));
        assert_eq!(
            title_from_text(&"é".repeat(100)).unwrap().chars().count(),
            60
        );
    }

    #[test]
    fn title_ends_at_grapheme_boundary() {
        let family = "\u{1F469}\u{200d}\u{1F469}\u{200d}\u{1F467}";
        for (cluster, clusters) in [
            (family, 12),
            ("e\u{301}", 30),
            ("\u{1F1E9}\u{1F1EA}", 30),
            ("\u{1100}\u{1161}\u{11a8}", 20),
            ("\u{1F44D}\u{1F3FD}", 30),
            ("\u{915}\u{94d}\u{937}\u{93f}", 15),
        ] {
            for ahead in 0..3 {
                let text = format!("{}{}", "x".repeat(ahead), cluster.repeat(40));
                let title = title_from_text(&text).unwrap();
                let whole = title.trim_start_matches('x');
                assert_eq!(whole, cluster.repeat(whole.len() / cluster.len()));
                assert!(title.chars().count() <= 60);
                assert!(whole.len() / cluster.len() >= clusters - 1, "{title}");
            }
        }
        let tower = format!("a{}", "\u{301}".repeat(500));
        assert_eq!(title_from_text(&tower).unwrap().chars().count(), 60);
        let words = format!("two {}", "e\u{301}".repeat(40));
        assert_eq!(title_from_text(&words).unwrap(), "two");
    }
}
