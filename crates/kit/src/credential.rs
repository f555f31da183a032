//! Where credentials stand in a request.

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// A header's text, unless it is absent, blank or not ASCII.
pub fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// What follows one of the schemes in the `Authorization` header, whatever the scheme's case.
pub fn authorization<'h>(headers: &'h HeaderMap, schemes: &[&str]) -> Option<&'h str> {
    scheme(header(headers, AUTHORIZATION.as_str())?, schemes)
}

/// What follows one of the schemes in a header's text.
pub fn scheme<'h>(text: &'h str, schemes: &[&str]) -> Option<&'h str> {
    let (word, rest) = text.split_once(' ')?;
    let rest = rest.trim();
    (schemes
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
        && !rest.is_empty())
    .then_some(rest)
}

/// The bearer token.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    authorization(headers, &["bearer"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_read_whatever_their_case() {
        assert_eq!(scheme("Bearer abc", &["bearer"]), Some("abc"));
        assert_eq!(scheme("bEaReR   abc ", &["bearer"]), Some("abc"));
        for bad in ["Bearer", "Bearer ", "abc", "Basic abc"] {
            assert_eq!(scheme(bad, &["bearer"]), None, "{bad}");
        }
    }
}
