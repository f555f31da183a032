//! Suggestions for misspelled names.

/// Minimum Jaro-Winkler similarity of a suggestion.
const MIN_SIMILARITY: f64 = 0.75;

/// Returns the candidate that is most similar to `word`, if any reaches [`MIN_SIMILARITY`].
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_suggests_typos_and_rejects_unrelated_names() {
        let names = ["listen", "log", "log_format", "data", "database"];
        assert_eq!(nearest("listn", names), Some("listen"));
        assert_eq!(nearest("databse", names), Some("database"));
        assert_eq!(nearest("colour", names), None);
    }
}
