//! What the caller of a list asked for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::Method;
use http::header::ACCEPT;
use http::request::Parts;
use parlor_kit::QueryParams;
use parlor_model::keyset::SortOrder;

/// Query, accepted media types and method of a list or an export. Values that make no sense count as absent, as the
/// vendor has it; only a cursor can be wrong.
pub(crate) struct ListQuery {
    pub(crate) query: QueryParams,
    pub(super) accept: Option<String>,
    pub(super) is_head: bool,
}

/// Rows of a page, at the most and unless asked otherwise.
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
            query: QueryParams::from_request_parts(parts, state).await?,
        })
    }
}

impl ListQuery {
    /// The direction: newest first unless the oldest are asked for.
    pub(crate) fn order(&self) -> SortOrder {
        match self.query.get("order") {
            Some("asc") => SortOrder::Ascending,
            _ => SortOrder::Descending,
        }
    }

    /// The direction where the oldest come first unless the newest are asked for.
    pub(crate) fn message_order(&self) -> SortOrder {
        match self.query.get("order") {
            Some("desc") => SortOrder::Descending,
            _ => SortOrder::Ascending,
        }
    }

    pub(super) fn page_size(&self) -> usize {
        parse_take(self.query.get("take")).map_or(MAX_PAGE_ROWS, |take| take.min(MAX_PAGE_ROWS))
    }

    /// Rows in all: of exports and streams there is no ceiling.
    pub(super) fn max_rows(&self) -> usize {
        parse_take(self.query.get("take")).unwrap_or(usize::MAX)
    }
}

/// A count; 0 and what is no number say nothing, less than 0 is one.
fn parse_take(text: Option<&str>) -> Option<usize> {
    let text = text?.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // What does not fit is a very great number.
    match digits.parse().unwrap_or(usize::MAX) {
        0 => None,
        _ if negative => Some(1),
        count => Some(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_the_vendor_reads_them() {
        for (text, read) in [
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
            assert_eq!(parse_take(text), read, "{text:?}");
        }
    }
}
