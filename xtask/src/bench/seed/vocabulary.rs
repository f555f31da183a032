//! Text with a word distribution like natural language: a few thousand words of syllables with Zipf frequencies.

use super::super::clock;

const WORD_COUNT: u64 = 4000;
const SYLLABLE_HEADS: [&str; 18] = [
    "b", "br", "c", "ch", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v",
];
const SYLLABLE_VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "ai"];
const SYLLABLE_TAILS: [&str; 8] = ["", "n", "r", "s", "t", "l", "nd", "ck"];

/// List of words, the most frequent first.
pub(super) struct Vocabulary(Vec<String>);

impl Vocabulary {
    /// Builds the vocabulary, which is always the same.
    pub(super) fn new() -> Self {
        Vocabulary((0..WORD_COUNT).map(build_word).collect())
    }

    /// Builds a sentence of about `bytes` bytes, determined by `number`.
    pub(super) fn sentence(&self, number: u64, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 16);
        let mut random = clock::splitmix64(number);
        while text.len() < bytes {
            if !text.is_empty() {
                text.push(' ');
            }
            random = clock::splitmix64(random);
            text.push_str(&self.0[zipf_rank(random)]);
        }
        text
    }
}

/// Maps a random number to a word index: half of all words come from the first 1/63 of the list, half of the rest from
/// the next 2/63, and so on.
fn zipf_rank(random: u64) -> usize {
    let reach = WORD_COUNT >> (random % 6);
    let rank = (random >> 8) % reach;
    usize::try_from(rank).unwrap_or(0)
}

fn build_word(number: u64) -> String {
    let mut word = String::new();
    let mut random = clock::splitmix64(number);
    for _ in 0..=(number % 3) {
        for parts in [
            &SYLLABLE_HEADS[..],
            &SYLLABLE_VOWELS[..],
            &SYLLABLE_TAILS[..],
        ] {
            random = clock::splitmix64(random);
            word.push_str(parts[(random % parts.len() as u64) as usize]);
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_yield_equal_sentences() {
        let vocabulary = Vocabulary::new();
        let sentence = vocabulary.sentence(7, 200);
        assert_eq!(sentence, vocabulary.sentence(7, 200));
        assert_ne!(sentence, vocabulary.sentence(8, 200));
        assert!((200..230).contains(&sentence.len()));
    }
}
