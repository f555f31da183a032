//! Truncates texts.

use unicode_segmentation::UnicodeSegmentation;

/// Returns the longest prefix of at most `longest` characters that ends between grapheme clusters. A single cluster
/// that is longer, such as a letter with hundreds of accents, is cut.
pub fn truncate_text(text: &str, longest: usize) -> &str {
    let Some((limit, _)) = text.char_indices().nth(longest) else {
        return text;
    };
    let starts = text.grapheme_indices(true).map(|(start, _)| start);
    match starts.take_while(|start| *start <= limit).last() {
        None | Some(0) => &text[..limit],
        Some(end) => &text[..end],
    }
}

#[cfg(test)]
mod tests {
    use super::truncate_text;

    #[test]
    fn truncation_ends_at_grapheme_boundary() {
        let family = "\u{1F469}\u{200d}\u{1F469}\u{200d}\u{1F467}";
        assert_eq!(truncate_text("abc", 3), "abc");
        assert_eq!(truncate_text("abcd", 3), "abc");
        assert_eq!(truncate_text(&family.repeat(3), 12), family.repeat(2));
        assert_eq!(
            truncate_text(&format!("a{}", "\u{301}".repeat(9)), 3)
                .chars()
                .count(),
            3
        );
        assert_eq!(truncate_text("", 0), "");
    }
}
