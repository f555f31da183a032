//! Terms of the search index: hashed n-grams of a text, and terms for its workspace and conversation.
//!
//! 3-grams find every text but occur in many, so a rare word costs as much as its 3-grams are common. Winnowed 5-grams
//! are added: of every three consecutive 5-grams the one with the least hash, chosen alike in a text and in a query.
//! Any query of seven characters therefore has at least one 5-gram that every matching text has (winnowing, as in
//! document fingerprinting).
//!
//! The index only proposes rows; each is read and compared before it is returned, so hash collisions are harmless. The
//! terms are stored: they must be equal on both databases and must never change.

use crate::case_fold::case_fold;

/// Maximum number of terms of a query: enough to leave few rows, few enough to intersect quickly.
const MAX_QUERY_TERMS: usize = 48;
/// Maximum number of terms of the first probe.
const MAX_PROBE_TERMS: usize = 3;
/// Length of winnowed n-grams, in characters.
const WINNOWED_NGRAM_CHARS: usize = 5;
/// Winnowing window: at least one of this many consecutive 5-grams is kept.
const WINNOWING_WINDOW: usize = 3;
/// First character of the scripts in which two characters can form a word.
const FIRST_DENSE_SCRIPT_CHAR: char = '\u{2E80}';

/// Granularity of the index of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NgramGranularity {
    /// Long texts: 3-grams, and 2-grams in scripts without spaces.
    Coarse,
    /// Titles and names: 1-grams and 2-grams as well.
    Fine,
}

/// Returns the terms of a text, its workspace and its conversation, separated by spaces.
pub(crate) fn index_terms(
    ws: i64,
    conversation: Option<i64>,
    text: &str,
    granularity: NgramGranularity,
) -> String {
    let letters: Vec<char> = case_fold(text).chars().collect();
    let mut terms = vec![scope_term(1, ws)];
    terms.extend(conversation.map(|number| scope_term(2, number)));
    for length in 1..=3 {
        terms.extend(ngrams(&letters, length, granularity));
    }
    terms.extend(winnowed_ngrams(&letters));
    terms.sort_unstable();
    terms.dedup();
    join_terms(&terms)
}

/// Returns the terms that every text of this workspace has in which each of the case-folded words occurs; `None` if all
/// words are too short.
pub(crate) fn query_terms(
    ws: i64,
    words: &[String],
    granularity: NgramGranularity,
) -> Option<String> {
    let mut terms = Vec::new();
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        // The longest n-grams are the most selective.
        let found = (1..=3).rev().find_map(|length| {
            let found: Vec<i32> = ngrams(&letters, length, granularity).collect();
            (!found.is_empty()).then_some(found)
        });
        terms.extend(found.into_iter().flatten());
        terms.extend(winnowed_ngrams(&letters));
    }
    terms.sort_unstable();
    terms.dedup();
    if terms.is_empty() {
        return None;
    }
    let step = terms.len().div_ceil(MAX_QUERY_TERMS);
    let mut chosen: Vec<i32> = terms.into_iter().step_by(step).collect();
    chosen.push(scope_term(1, ws));
    Some(join_terms(&chosen))
}

/// Returns a few terms of the longest word: winnowed ones if it has any, otherwise 3-grams that together cover all its
/// characters. If they leave few rows, comparing those is cheaper than intersecting more terms.
pub(crate) fn probe_terms(words: &[String], granularity: NgramGranularity) -> Option<String> {
    let longest = words.iter().max_by_key(|word| word.chars().count())?;
    let letters: Vec<char> = longest.chars().collect();
    let mut terms = winnowed_ngrams(&letters);
    if terms.is_empty() {
        terms.extend(ngrams(&letters, 3, granularity));
    }
    let step = terms.len().div_ceil(MAX_PROBE_TERMS).max(1);
    // From the end, so that the last characters are covered.
    let few: Vec<i32> = terms.iter().rev().step_by(step).copied().collect();
    (!few.is_empty()).then(|| join_terms(&few))
}

/// Returns the terms of conversations.
pub(crate) fn conversation_terms(numbers: &[i64]) -> String {
    let terms: Vec<i32> = numbers
        .iter()
        .map(|number| scope_term(2, *number))
        .collect();
    join_terms(&terms)
}

fn ngrams(
    letters: &[char],
    length: usize,
    granularity: NgramGranularity,
) -> impl Iterator<Item = i32> {
    letters
        .windows(length)
        .filter(move |run| {
            length == 3
                || granularity == NgramGranularity::Fine
                || length == 2 && run.iter().all(|letter| *letter >= FIRST_DENSE_SCRIPT_CHAR)
        })
        .map(|run| {
            let packed = run
                .iter()
                .fold(0, |packed: u64, letter| packed << 21 | (*letter as u64 + 1));
            // The upper bits of a product depend on all lower bits of its factors.
            encode_term(packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 35, 0)
        })
}

/// Returns, of every [`WINNOWING_WINDOW`] consecutive 5-grams, the one with the least hash, in text order.
fn winnowed_ngrams(letters: &[char]) -> Vec<i32> {
    let terms: Vec<i32> = letters
        .windows(WINNOWED_NGRAM_CHARS)
        .map(|run| {
            let mixed = run.iter().fold(0, |mixed: u64, letter| {
                (mixed ^ (*letter as u64 + 1))
                    .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                    .rotate_left(29)
            });
            encode_term(mixed >> 35, 3)
        })
        .collect();
    let least = terms
        .windows(WINNOWING_WINDOW)
        .filter_map(|next| next.iter().min());
    let mut chosen: Vec<i32> = least.copied().collect();
    chosen.dedup();
    chosen
}

/// Returns the term of a workspace (kind 1) or a conversation (kind 2).
fn scope_term(kind: u64, of: i64) -> i32 {
    encode_term(of.unsigned_abs() & ((1 << 29) - 1), kind)
}

/// Encodes 29 bits of value and the kind in the two lowest bits.
fn encode_term(value: u64, kind: u64) -> i32 {
    i32::try_from(value << 2 | kind).unwrap_or(i32::MAX)
}

fn join_terms(terms: &[i32]) -> String {
    let mut text = String::with_capacity(terms.len() * 11);
    for gram in terms {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&gram.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn set(text: &str) -> HashSet<&str> {
        text.split(' ').collect()
    }

    #[test]
    fn index_terms_include_query_terms_of_every_part() {
        let text = "Zürich 東京 \u{1F469}\u{200d}\u{1F4BB} 50%";
        let whole = index_terms(7, Some(9), text, NgramGranularity::Coarse);
        for part in [
            "zür",
            "ürich 東",
            "東京",
            "京 \u{1F469}",
            "50%",
            "rich 東京 \u{1F469}",
        ] {
            let query = query_terms(7, &[part.to_owned()], NgramGranularity::Coarse).unwrap();
            assert!(set(&query).is_subset(&set(&whole)), "{part}");
        }
        for (ws, part) in [(8, "zür"), (7, "bern")] {
            let query = query_terms(ws, &[part.to_owned()], NgramGranularity::Coarse).unwrap();
            assert!(!set(&query).is_subset(&set(&whole)), "{part}");
        }
        assert!(set(&whole).contains(conversation_terms(&[9]).as_str()));
    }

    #[test]
    fn seven_characters_share_a_winnowed_ngram_with_every_match() {
        let text =
            "Die Reklamationsbearbeitung von QX-4711-Z dauert; aaaaaaaaaaaa, \u{1F469}東京都庁舎";
        let letters: Vec<char> = case_fold(text).chars().collect();
        let kept = winnowed_ngrams(&letters);
        assert!(kept.len() < letters.len() * 2 / 3, "they are few");
        for length in WINNOWED_NGRAM_CHARS + WINNOWING_WINDOW - 1..20 {
            for part in letters.windows(length) {
                let query = winnowed_ngrams(part);
                assert!(!query.is_empty(), "{part:?}");
                assert!(query.iter().all(|gram| kept.contains(gram)), "{part:?}");
            }
        }
    }

    #[test]
    fn short_words_have_terms_in_fine_granularity() {
        let words = ["a".to_owned(), "bc".to_owned()];
        assert_eq!(query_terms(1, &words, NgramGranularity::Coarse), None);
        let query = query_terms(1, &words, NgramGranularity::Fine).unwrap();
        let name = index_terms(1, None, "Bca", NgramGranularity::Fine);
        assert!(set(&query).is_subset(&set(&name)));
    }

    #[test]
    fn stored_terms_never_change() {
        assert_eq!(
            index_terms(1, Some(2), "abc", NgramGranularity::Coarse),
            "5 10 429487896"
        );
        assert_eq!(
            winnowed_ngrams(&['p', 'a', 'r', 'l', 'o', 'r', 's']),
            [57_604_547]
        );
    }

    #[test]
    fn long_query_is_thinned() {
        let long: String = ('a'..='z')
            .chain('0'..='9')
            .cycle()
            .step_by(7)
            .take(100)
            .collect();
        let query = query_terms(1, &[long], NgramGranularity::Coarse).unwrap();
        assert!(set(&query).len() <= MAX_QUERY_TERMS + 1);
    }
}
