//! The request of a list or an export.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::Method;
use http::header::ACCEPT;
use http::request::Parts;
use parlor_kit::QueryParams;
use parlor_model::keyset::SortOrder;

/// Query string, accepted media types and method of a list or an export. As with the vendor, a parameter with an invalid
/// value is ignored; only an invalid cursor is an error.
pub(crate) struct ListQuery {
    pub(crate) params: QueryParams,
    pub(super) accept: Option<String>,
    pub(super) is_head: bool,
}

/// Maximum and default size of a page.
const MAX_PAGE_ROWS: usize = 100;

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let ranges: Vec<&str> = parts
            .headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let accept = (!ranges.is_empty()).then(|| ranges.join(","));
        Ok(Self {
            accept,
            is_head: parts.method == Method::HEAD,
            params: QueryParams::from_request_parts(parts, state).await?,
        })
    }
}

impl ListQuery {
    /// Returns the order of most lists: newest first by default.
    pub(crate) fn order(&self) -> SortOrder {
        match self.params.get("order") {
            Some("asc") => SortOrder::Ascending,
            _ => SortOrder::Descending,
        }
    }

    /// Returns the order of messages: oldest first by default.
    pub(crate) fn message_order(&self) -> SortOrder {
        match self.params.get("order") {
            Some("desc") => SortOrder::Descending,
            _ => SortOrder::Ascending,
        }
    }

    /// Returns the number of rows of a page.
    pub(super) fn page_size(&self) -> usize {
        parse_take(self.params.get("take")).map_or(MAX_PAGE_ROWS, |take| take.min(MAX_PAGE_ROWS))
    }

    /// Returns the maximum number of rows of an export or a stream: no limit by default.
    pub(super) fn max_rows(&self) -> usize {
        parse_take(self.params.get("take")).unwrap_or(usize::MAX)
    }
}

/// Parses `take` as the vendor does: 0 and texts that are no integer are ignored, a negative number is 1.
fn parse_take(text: Option<&str>) -> Option<usize> {
    let text = text?.trim();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // An overflowing number means no limit.
    match digits.parse().unwrap_or(usize::MAX) {
        0 => None,
        _ if is_negative => Some(1),
        count => Some(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_of_any_text_is_parsed_as_the_vendor_does() {
        for (text, take) in [
            (None, None),
            (Some(""), None),
            (Some("0"), None),
            (Some("abc"), None),
            (Some("12abc"), None),
            (Some("-"), None),
            (Some("-5"), Some(1)),
            (Some(" 7 "), Some(7)),
            (Some("150"), Some(150)),
            (Some("99999999999999999999999"), Some(usize::MAX)),
        ] {
            assert_eq!(parse_take(text), take, "{text:?}");
        }
    }
}
