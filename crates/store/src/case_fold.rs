//! Case folding for case-insensitive comparison.

use unicase::UniCase;

/// Applies Unicode full case folding (`CaseFolding.txt`, classes C and F): `ß` and `SS` become `ss`, every sigma `σ`,
/// `ﬁ` becomes `fi`. It is language-independent: `I` becomes `i`, `İ` becomes `i` with a dot above, `ı` stays.
///
/// The SQL function `fold` gives the same result on both databases: SQLite calls this function, PostgreSQL has its own
/// implementation (migration 15).
pub(crate) fn case_fold(text: &str) -> String {
    UniCase::new(text).to_folded_case()
}
