//! Statement parameters that are built from several values.

use crate::case_fold::case_fold;

/// Encodes numbers as a JSON array parameter.
pub(super) fn to_json_array(numbers: &[i64]) -> String {
    let mut text = String::from("[");
    for number in numbers {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&number.to_string());
    }
    text.push(']');
    text
}

/// Returns a `like` pattern that matches a text anywhere; its wildcards are escaped.
pub(super) fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in case_fold(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
