//! Text that looks like language to an index: a few thousand words of syllables, the first ones far more often.

use super::super::clock;

const WORDS: u64 = 4000;
const HEADS: [&str; 18] = [
    "b", "br", "c", "ch", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v",
];
const HEARTS: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "ai"];
const TAILS: [&str; 8] = ["", "n", "r", "s", "t", "l", "nd", "ck"];

/// A vocabulary.
pub(super) struct Words(Vec<String>);

impl Words {
    /// The same words every time.
    pub(super) fn new() -> Self {
        Words((0..WORDS).map(word).collect())
    }

    /// A sentence of about so many bytes; the same for the same number.
    pub(super) fn sentence(&self, number: u64, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 16);
        let mut place = clock::mixed(number);
        while text.len() < bytes {
            if !text.is_empty() {
                text.push(' ');
            }
            place = clock::mixed(place);
            text.push_str(&self.0[rank(place)]);
        }
        text
    }
}

/// Half of all words come from the first sixty-third of the list, half of the rest from the next two, and so on.
fn rank(random: u64) -> usize {
    let reach = WORDS >> (random % 6);
    let place = (random >> 8) % reach;
    usize::try_from(place).unwrap_or(0)
}

fn word(number: u64) -> String {
    let mut word = String::new();
    let mut random = clock::mixed(number);
    for _ in 0..=(number % 3) {
        for parts in [&HEADS[..], &HEARTS[..], &TAILS[..]] {
            random = clock::mixed(random);
            word.push_str(parts[(random % parts.len() as u64) as usize]);
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_gives_the_same_sentence() {
        let words = Words::new();
        let sentence = words.sentence(7, 200);
        assert_eq!(sentence, words.sentence(7, 200));
        assert_ne!(sentence, words.sentence(8, 200));
        assert!((200..230).contains(&sentence.len()));
    }
}
