//! What the search index keeps of a text: numbers that stand for its runs of letters, and for where it is.
//!
//! Runs of three letters find everything, but each of them is in many texts, so a word that hardly any text has costs
//! as much as its runs are common. Beside them stand some of the runs of five, which are rare: of each three that follow
//! one another the one with the least number, chosen alike in a text and in a word. So whatever has seven letters has at
//! least one of those that every text with it has (winnowing, as fingerprints of documents are made).
//!
//! The index only proposes rows; each is read and compared before it is shown. So two runs may share a number, and
//! nothing here needs to be exact, only the same on both databases and for ever: the numbers are stored.

use crate::case_fold::case_fold;

/// Numbers a search takes from its words: enough to leave few rows, few enough to intersect quickly.
const MAX_QUERY_TERMS: usize = 48;
/// Numbers a first look takes.
const MAX_PROBE_TERMS: usize = 3;
/// Letters of a rare run.
const WINNOWED_NGRAM_CHARS: usize = 5;
/// Of so many rare runs in a row one is kept at least.
const WINNOWING_WINDOW: usize = 3;
/// Where the scripts begin that make a word of two letters.
const FIRST_DENSE_SCRIPT_CHAR: char = '\u{2E80}';

/// How finely a text is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NgramGranularity {
    /// Long texts: runs of three letters, and of two in scripts without spaces.
    Coarse,
    /// Titles and names: runs of one and two letters too.
    Fine,
}

/// The numbers of a text and of its place, parted by spaces.
pub(crate) fn index_terms(
    ws: i64,
    conversation: Option<i64>,
    text: &str,
    fineness: NgramGranularity,
) -> String {
    let letters: Vec<char> = case_fold(text).chars().collect();
    let mut grams = vec![scope_term(1, ws)];
    grams.extend(conversation.map(|number| scope_term(2, number)));
    for length in 1..=3 {
        grams.extend(ngrams(&letters, length, fineness));
    }
    grams.extend(winnowed_ngrams(&letters));
    grams.sort_unstable();
    grams.dedup();
    join_terms(&grams)
}

/// The numbers that a text of this workspace has in which each of the folded words occurs. None where no word is long
/// enough to have one.
pub(crate) fn query_terms(ws: i64, words: &[String], fineness: NgramGranularity) -> Option<String> {
    let mut grams = Vec::new();
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        // The longest runs say most.
        let found = (1..=3).rev().find_map(|length| {
            let found: Vec<i32> = ngrams(&letters, length, fineness).collect();
            (!found.is_empty()).then_some(found)
        });
        grams.extend(found.into_iter().flatten());
        grams.extend(winnowed_ngrams(&letters));
    }
    grams.sort_unstable();
    grams.dedup();
    if grams.is_empty() {
        return None;
    }
    let step = grams.len().div_ceil(MAX_QUERY_TERMS);
    let mut chosen: Vec<i32> = grams.into_iter().step_by(step).collect();
    chosen.push(scope_term(1, ws));
    Some(join_terms(&chosen))
}

/// A few numbers of the longest word, rare ones where it has them, otherwise such that together stand for all its
/// letters: where they leave few rows, looking at those is cheaper than asking the index for more.
pub(crate) fn probe_terms(words: &[String], fineness: NgramGranularity) -> Option<String> {
    let longest = words.iter().max_by_key(|word| word.chars().count())?;
    let letters: Vec<char> = longest.chars().collect();
    let mut grams = winnowed_ngrams(&letters);
    if grams.is_empty() {
        grams.extend(ngrams(&letters, 3, fineness));
    }
    let step = grams.len().div_ceil(MAX_PROBE_TERMS).max(1);
    // From the end, so that the last letters are among them.
    let few: Vec<i32> = grams.iter().rev().step_by(step).copied().collect();
    (!few.is_empty()).then(|| join_terms(&few))
}

/// The numbers of conversations.
pub(crate) fn conversation_terms(numbers: &[i64]) -> String {
    let grams: Vec<i32> = numbers
        .iter()
        .map(|number| scope_term(2, *number))
        .collect();
    join_terms(&grams)
}

fn ngrams(
    letters: &[char],
    length: usize,
    fineness: NgramGranularity,
) -> impl Iterator<Item = i32> {
    letters
        .windows(length)
        .filter(move |run| {
            length == 3
                || fineness == NgramGranularity::Fine
                || length == 2 && run.iter().all(|letter| *letter >= FIRST_DENSE_SCRIPT_CHAR)
        })
        .map(|run| {
            let packed = run
                .iter()
                .fold(0, |packed: u64, letter| packed << 21 | (*letter as u64 + 1));
            // The upper bits of a product depend on all of the lower ones of its factors.
            encode_term(packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 35, 0)
        })
}

/// Of each so many runs of five letters that follow one another the one with the least number, in their order.
fn winnowed_ngrams(letters: &[char]) -> Vec<i32> {
    let grams: Vec<i32> = letters
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
    let least = grams
        .windows(WINNOWING_WINDOW)
        .filter_map(|next| next.iter().min());
    let mut chosen: Vec<i32> = least.copied().collect();
    chosen.dedup();
    chosen
}

/// Workspaces and conversations have numbers of their own.
fn scope_term(kind: u64, of: i64) -> i32 {
    encode_term(of.unsigned_abs() & ((1 << 29) - 1), kind)
}

/// 29 bits and the kind in the two lowest.
fn encode_term(value: u64, kind: u64) -> i32 {
    i32::try_from(value << 2 | kind).unwrap_or(i32::MAX)
}

fn join_terms(grams: &[i32]) -> String {
    let mut text = String::with_capacity(grams.len() * 11);
    for gram in grams {
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
    fn a_text_has_the_numbers_of_every_part_of_it() {
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
            let asked = query_terms(7, &[part.to_owned()], NgramGranularity::Coarse).unwrap();
            assert!(set(&asked).is_subset(&set(&whole)), "{part}");
        }
        for (ws, part) in [(8, "zür"), (7, "bern")] {
            let asked = query_terms(ws, &[part.to_owned()], NgramGranularity::Coarse).unwrap();
            assert!(!set(&asked).is_subset(&set(&whole)), "{part}");
        }
        assert!(set(&whole).contains(conversation_terms(&[9]).as_str()));
    }

    #[test]
    fn seven_letters_have_a_rare_run_that_every_text_with_them_has() {
        let text =
            "Die Reklamationsbearbeitung von QX-4711-Z dauert; aaaaaaaaaaaa, \u{1F469}東京都庁舎";
        let letters: Vec<char> = case_fold(text).chars().collect();
        let kept = winnowed_ngrams(&letters);
        assert!(kept.len() < letters.len() * 2 / 3, "they are few");
        for length in WINNOWED_NGRAM_CHARS + WINNOWING_WINDOW - 1..20 {
            for part in letters.windows(length) {
                let asked = winnowed_ngrams(part);
                assert!(!asked.is_empty(), "{part:?}");
                assert!(asked.iter().all(|gram| kept.contains(gram)), "{part:?}");
            }
        }
    }

    #[test]
    fn short_words_have_numbers_where_texts_are_short() {
        let words = ["a".to_owned(), "bc".to_owned()];
        assert_eq!(query_terms(1, &words, NgramGranularity::Coarse), None);
        let asked = query_terms(1, &words, NgramGranularity::Fine).unwrap();
        let name = index_terms(1, None, "Bca", NgramGranularity::Fine);
        assert!(set(&asked).is_subset(&set(&name)));
    }

    #[test]
    fn the_stored_numbers_never_change() {
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
    fn a_long_search_is_thinned() {
        let long: String = ('a'..='z')
            .chain('0'..='9')
            .cycle()
            .step_by(7)
            .take(100)
            .collect();
        let asked = query_terms(1, &[long], NgramGranularity::Coarse).unwrap();
        assert!(set(&asked).len() <= MAX_QUERY_TERMS + 1);
    }
}
