//! Parsed search queries: words and phrases, all of which must occur.

use parlor_model::{Error, Result, text};

use crate::case_fold::case_fold;

/// Maximum length of a query, in characters.
pub const MAX_QUERY_CHARS: usize = 1_000;
/// Maximum number of words and phrases of a query.
pub const MAX_TERMS: usize = 16;

/// Case-folded words and phrases. A text matches if each of them occurs in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerms(Vec<String>);

impl SearchTerms {
    /// Parses a query: words are separated by white space, double quotes enclose a phrase, every other character is
    /// literal.
    ///
    /// # Errors
    /// `Invalid` for more than [`MAX_TERMS`] words or more than [`MAX_QUERY_CHARS`] characters.
    pub fn parse(field: &'static str, search: &str) -> Result<Self> {
        let terms = Self::split(field, search)?;
        if terms.0.len() > MAX_TERMS {
            return Err(Error::invalid(
                field,
                format!("must have at most {MAX_TERMS} words"),
            ));
        }
        Ok(terms)
    }

    /// Extracts terms from prose, such as a question: its first words, without surrounding punctuation.
    pub fn from_prose(prose: &str) -> Self {
        let start: String = prose.chars().take(MAX_QUERY_CHARS).collect();
        let mut words = Vec::new();
        for word in case_fold(&start).split_whitespace() {
            let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            if !word.is_empty() && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words.truncate(MAX_TERMS);
        Self(words)
    }

    fn split(field: &'static str, search: &str) -> Result<Self> {
        text::validate_length(search, field, MAX_QUERY_CHARS)?;
        let folded = case_fold(search);
        let mut words = Vec::new();
        let mut rest = folded.trim_start();
        while !rest.is_empty() {
            let phrase = rest
                .strip_prefix('"')
                .and_then(|quoted| quoted.split_once('"'));
            let (word, after) = phrase
                .or_else(|| rest.split_once(char::is_whitespace))
                .unwrap_or((rest, ""));
            let word = word.trim();
            if !word.is_empty() && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
            rest = after.trim_start();
        }
        Ok(Self(words))
    }

    /// Returns the words and phrases.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Returns whether the query is blank.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the words as queries of their own.
    pub fn iter_single(&self) -> impl Iterator<Item = Self> {
        self.0.iter().map(|word| Self(vec![word.clone()]))
    }

    /// Returns how many of the words occur in the text.
    pub(crate) fn count_matches(&self, text: &str) -> usize {
        let folded = case_fold(text);
        self.0.iter().filter(|word| folded.contains(*word)).count()
    }

    /// Returns whether every word occurs in the text.
    pub(crate) fn matches_all(&self, text: &str) -> bool {
        let folded = case_fold(text);
        self.0.iter().all(|word| folded.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TERMS, SearchTerms};

    fn words(text: &str) -> Vec<String> {
        SearchTerms::parse("search", text).unwrap().words().to_vec()
    }

    #[test]
    fn query_splits_words_and_keeps_phrases() {
        assert_eq!(words("  Red  BUS red"), ["red", "bus"]);
        assert_eq!(words(r#""Red bus" 50%_"#), ["red bus", "50%_"]);
        assert_eq!(words(r#"5" nails"#), ["5\"", "nails"]);
        assert_eq!(words(r#""open"#), ["\"open"]);
        assert_eq!(words(r#" "" " " "#), [] as [&str; 0]);
        let many: Vec<String> = (0..=MAX_TERMS).map(|n| format!("w{n}")).collect();
        assert!(SearchTerms::parse("search", &many.join(" ")).is_err());
        assert!(SearchTerms::parse("search", &"x".repeat(1_001)).is_err());
    }

    #[test]
    fn prose_terms_have_no_punctuation() {
        let terms = SearchTerms::from_prose(r#"Where is "my" order, please?"#);
        assert_eq!(terms.words(), ["where", "is", "my", "order", "please"]);
        assert_eq!(terms.count_matches("My ORDER is late"), 3);
    }

    #[test]
    fn every_word_must_occur() {
        let terms = SearchTerms::parse("search", "ΛΌΓΟΣ bus").unwrap();
        assert!(terms.matches_all("the Bus of λόγος"));
        assert!(!terms.matches_all("the bus"));
    }
}
