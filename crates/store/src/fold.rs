//! Comparing texts whatever their case.

/// Lower case by Unicode, letter by letter, with one form of sigma: what the SQL function `fold` does on both databases.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}
