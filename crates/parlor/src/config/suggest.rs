//! The name somebody probably meant.

/// Below this two names have little to do with each other.
const MIN_SIMILARITY: f64 = 0.75;

/// The candidate most like a word, if any is like it at all.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= MIN_SIMILARITY)
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
