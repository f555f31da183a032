//! Comparing texts whatever their case.

use unicase::UniCase;

/// The full case folding of Unicode (`CaseFolding.txt`, classes C and F): `ß` and `SS` become `ss`, every sigma `σ`,
/// `ﬁ` becomes `fi`. Without a language: `I` becomes `i`, `İ` becomes `i` with a dot above, `ı` stays.
///
/// The SQL function `fold` gives the same on both databases. The embedded one calls this; PostgreSQL has its own text
/// (migration 15), since it folds where its rows are.
pub(crate) fn case_fold(text: &str) -> String {
    UniCase::new(text).to_folded_case()
}
