//! Reading credentials from headers.

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// Returns the trimmed text of a header; `None` if it is absent, blank or not ASCII.
pub fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Returns the `Authorization` value after one of the schemes, which are case-insensitive.
pub fn authorization<'h>(headers: &'h HeaderMap, schemes: &[&str]) -> Option<&'h str> {
    strip_scheme(header(headers, AUTHORIZATION.as_str())?, schemes)
}

/// Returns a header's value after one of the schemes.
pub fn strip_scheme<'h>(text: &'h str, schemes: &[&str]) -> Option<&'h str> {
    let (word, rest) = text.split_once(' ')?;
    let rest = rest.trim();
    (schemes
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
        && !rest.is_empty())
    .then_some(rest)
}

/// Returns the bearer token.
pub fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    authorization(headers, &["bearer"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_is_case_insensitive() {
        assert_eq!(strip_scheme("Bearer abc", &["bearer"]), Some("abc"));
        assert_eq!(strip_scheme("bEaReR   abc ", &["bearer"]), Some("abc"));
        for bad in ["Bearer", "Bearer ", "abc", "Basic abc"] {
            assert_eq!(strip_scheme(bad, &["bearer"]), None, "{bad}");
        }
    }
}
