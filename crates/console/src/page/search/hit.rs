//! A found message.

use parlor_engine::search::SearchHit;
use parlor_kit::ids;

use crate::text::{TimeText, member_name};

/// Characters that are shown before the first found word, and of the whole.
const CHARS_BEFORE: usize = 60;
const SHOWN_CHARS: usize = 240;

/// A found message.
pub(super) struct SearchRow {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) seq: i64,
    pub(super) author: String,
    pub(super) at: TimeText,
    /// Parts of the text, and whether each is a found word.
    pub(super) parts: Vec<(String, bool)>,
}

impl SearchRow {
    pub(super) fn new(hit: &SearchHit, query: &str) -> Self {
        let (message, conversation) = (&hit.message, &hit.conversation);
        let (id, seq) = (ids::format_uuid(conversation.id), message.seq);
        let author = message.author.as_ref().map(member_name);
        Self {
            // The message is the last but some of the part that is shown.
            path: format!("/console/conversations/{id}?before={}#seq-{seq}", seq + 20),
            title: conversation
                .title
                .clone()
                .unwrap_or_else(|| "Untitled".to_owned()),
            seq,
            author: author.unwrap_or_else(|| message.role.as_str().to_owned()),
            at: TimeText::new(message.created_at),
            parts: mark_words(message.text.as_str(), query),
        }
    }
}

/// Cuts a text around its first found word, and splits it at the found words. Case is ignored for letters whose two cases
/// have the same length.
fn mark_words(text: &str, query: &str) -> Vec<(String, bool)> {
    let words: Vec<Vec<char>> = query
        .split(|letter: char| letter.is_whitespace() || letter == '"')
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().map(lower).collect())
        .collect();
    let letters: Vec<char> = text.chars().collect();
    let folded: Vec<char> = letters.iter().copied().map(lower).collect();
    let word_at = |at: usize| {
        let lengths = words.iter().filter(|word| folded[at..].starts_with(word));
        lengths.map(Vec::len).max()
    };
    let first = (0..letters.len()).find(|at| word_at(*at).is_some());
    let start = first.unwrap_or(0).saturating_sub(CHARS_BEFORE);
    let end = (start + SHOWN_CHARS).min(letters.len());
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut plain = if start > 0 {
        "\u{2026}".to_owned()
    } else {
        String::new()
    };
    let mut at = start;
    while at < end {
        match word_at(at) {
            Some(length) => {
                parts.push((std::mem::take(&mut plain), false));
                parts.push((letters[at..at + length].iter().collect(), true));
                at += length;
            }
            None => {
                plain.push(letters[at]);
                at += 1;
            }
        }
    }
    if end < letters.len() {
        plain.push('\u{2026}');
    }
    parts.push((plain, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

fn lower(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::mark_words;

    #[test]
    fn found_words_are_marked_and_long_texts_are_cut() {
        let part = |text: &str, is_found| (text.to_owned(), is_found);
        assert_eq!(
            mark_words("Open on SUNDAY?", "sunday \"open"),
            [
                part("Open", true),
                part(" on ", false),
                part("SUNDAY", true),
                part("?", false)
            ]
        );
        assert_eq!(mark_words("nothing", "x"), [part("nothing", false)]);
        assert_eq!(mark_words("", "x"), []);
        let long = format!("{} needle {}", "a ".repeat(500), "b ".repeat(500));
        let parts = mark_words(&long, "needle");
        assert_eq!(parts.len(), 3);
        assert!(parts[0].0.starts_with('\u{2026}') && parts[2].0.ends_with('\u{2026}'));
        assert_eq!(parts[1], part("needle", true));
    }
}
