//! Content negotiation: the response format for an `Accept` header (RFC 9110, 12.5.1).

use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};

use super::ListKind;

/// A format of a list or an export. `Json` is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseFormat {
    Json,
    Jsonl,
    Csv,
}

impl ResponseFormat {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Jsonl => "application/jsonl",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    fn type_and_subtype(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("application", "json"),
            Self::Jsonl => ("application", "jsonl"),
            Self::Csv => ("text", "csv"),
        }
    }
}

/// Rank of a format, greatest first: quality in thousandths, specificity of its media range, position of the range.
type FormatRank = (u32, u8, std::cmp::Reverse<usize>);

/// Returns the acceptable format with the greatest rank, or the default without an `Accept` header.
///
/// # Errors
/// `NotAcceptable` if no format is acceptable.
pub(super) fn negotiate(accept: Option<&str>, kind: ListKind) -> Result<ResponseFormat> {
    let Some(accept) = accept.filter(|text| !text.trim().is_empty()) else {
        return Ok(ResponseFormat::Json);
    };
    let formats: &[ResponseFormat] = match kind {
        ListKind::List => &[ResponseFormat::Json, ResponseFormat::Jsonl],
        ListKind::Export => &[
            ResponseFormat::Json,
            ResponseFormat::Jsonl,
            ResponseFormat::Csv,
        ],
    };
    let mut best: Option<(FormatRank, ResponseFormat)> = None;
    for format in formats {
        if let Some(rank) = rank(accept, *format)
            && best.is_none_or(|(best_rank, _)| rank > best_rank)
        {
            best = Some((rank, *format));
        }
    }
    best.map(|(_, format)| format)
        .ok_or_else(|| Error::new(ErrorKind::NotAcceptable))
}

/// Returns the rank of a format by the most specific media range that matches it. `None` if no range matches or that one
/// has quality 0.
fn rank(accept: &str, format: ResponseFormat) -> Option<FormatRank> {
    let (main_type, subtype) = format.type_and_subtype();
    let mut found: Option<(u8, u32, usize)> = None;
    for (position, range) in accept.split(',').enumerate() {
        let mut parts = range.split(';');
        let Some((left, right)) = parts.next().and_then(|range| range.trim().split_once('/'))
        else {
            continue;
        };
        let matches = |text: &str, wanted: &str| text.trim().eq_ignore_ascii_case(wanted);
        let specificity = match (left.trim(), right.trim()) {
            ("*", "*") => 0,
            (_, "*") if matches(left, main_type) => 1,
            _ if matches(left, main_type) && matches(right, subtype) => 2,
            _ => continue,
        };
        if found.is_none_or(|(best, _, _)| specificity > best) {
            found = Some((specificity, quality_thousandths(parts), position));
        }
    }
    let (specificity, quality, position) = found?;
    (quality > 0).then_some((quality, specificity, std::cmp::Reverse(position)))
}

/// Returns the `q` parameter in thousandths. 1000 if it is absent or not a number.
fn quality_thousandths<'a>(parameters: impl Iterator<Item = &'a str>) -> u32 {
    let q = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .and_then(|(_, value)| value.trim().parse::<f32>().ok());
    // A value out of range is clamped; NaN casts to 0.
    q.map_or(1_000, |q| (q.clamp(0.0, 1.0) * 1_000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn export_accept_header_selects_the_best_format() {
        use ResponseFormat::{Csv, Json, Jsonl};
        for (accept, format) in [
            (None, Some(Json)),
            (Some(""), Some(Json)),
            (Some("*/*"), Some(Json)),
            (Some("application/json"), Some(Json)),
            (Some("Application/JSONL"), Some(Jsonl)),
            (Some("text/csv"), Some(Csv)),
            (Some("text/*"), Some(Csv)),
            (Some("text/csv; charset=utf-8"), Some(Csv)),
            (Some("text/html,*/*;q=0.8"), Some(Json)),
            (Some("text/csv;q=0.1, application/jsonl"), Some(Jsonl)),
            (Some("text/csv, */*"), Some(Csv)),
            (Some("text/csv, application/jsonl"), Some(Csv)),
            (Some("*/*, application/json;q=0"), Some(Jsonl)),
            (Some("application/json, text/plain, */*"), Some(Json)),
            (Some("image/png"), None),
            (Some("application/json;q=0"), None),
            (Some("nonsense"), None),
        ] {
            assert_eq!(
                negotiate(accept, ListKind::Export).ok(),
                format,
                "{accept:?}"
            );
        }
    }

    #[test]
    fn list_as_csv_is_not_acceptable() {
        assert!(negotiate(Some("text/csv"), ListKind::List).is_err());
        assert_eq!(
            negotiate(Some("text/csv, application/jsonl;q=0.5"), ListKind::List).ok(),
            Some(ResponseFormat::Jsonl)
        );
    }
}
