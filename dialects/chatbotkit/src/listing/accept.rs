//! Which media type an answer has.

use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};

use super::ListKind;

/// What can be produced, the default first.
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

/// How well an offer fits: the weight in thousandths, then how exactly it was named, then how early.
type FormatRank = (u32, u8, std::cmp::Reverse<usize>);

/// The best of the offers for an `Accept` header; without one the default.
pub(super) fn negotiate(accept: Option<&str>, route: ListKind) -> Result<ResponseFormat> {
    let Some(accept) = accept.filter(|text| !text.trim().is_empty()) else {
        return Ok(ResponseFormat::Json);
    };
    let offers: &[ResponseFormat] = match route {
        ListKind::List => &[ResponseFormat::Json, ResponseFormat::Jsonl],
        ListKind::Export => &[
            ResponseFormat::Json,
            ResponseFormat::Jsonl,
            ResponseFormat::Csv,
        ],
    };
    let mut best: Option<(FormatRank, ResponseFormat)> = None;
    for offer in offers {
        if let Some(fit) = rank(accept, *offer)
            && best.is_none_or(|(so_far, _)| fit > so_far)
        {
            best = Some((fit, *offer));
        }
    }
    best.map(|(_, offer)| offer)
        .ok_or_else(|| Error::new(ErrorKind::NotAcceptable))
}

/// The most exact range decides about an offer; `None` when there is none or it says no.
fn rank(accept: &str, offer: ResponseFormat) -> Option<FormatRank> {
    let (group, name) = offer.type_and_subtype();
    let mut found: Option<(u8, u32, usize)> = None;
    for (place, range) in accept.split(',').enumerate() {
        let mut parts = range.split(';');
        let Some((left, right)) = parts.next().and_then(|range| range.trim().split_once('/'))
        else {
            continue;
        };
        let same = |text: &str, wanted: &str| text.trim().eq_ignore_ascii_case(wanted);
        let exactness = match (left.trim(), right.trim()) {
            ("*", "*") => 0,
            (_, "*") if same(left, group) => 1,
            _ if same(left, group) && same(right, name) => 2,
            _ => continue,
        };
        if found.is_none_or(|(so_far, _, _)| exactness > so_far) {
            found = Some((exactness, quality_weight(parts), place));
        }
    }
    let (exactness, weight, place) = found?;
    (weight > 0).then_some((weight, exactness, std::cmp::Reverse(place)))
}

/// The `q` parameter in thousandths; one that is no number counts as absent.
fn quality_weight<'a>(parameters: impl Iterator<Item = &'a str>) -> u32 {
    let q = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .and_then(|(_, value)| value.trim().parse::<f32>().ok());
    // Out of bounds is brought back into them; not a number becomes 0.
    q.map_or(1_000, |q| (q.clamp(0.0, 1.0) * 1_000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_negotiated() {
        use ResponseFormat::{Csv, Json, Jsonl};
        for (accept, offer) in [
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
                offer,
                "{accept:?}"
            );
        }
    }

    #[test]
    fn lists_have_no_csv() {
        assert!(negotiate(Some("text/csv"), ListKind::List).is_err());
        assert_eq!(
            negotiate(Some("text/csv, application/jsonl;q=0.5"), ListKind::List).ok(),
            Some(ResponseFormat::Jsonl)
        );
    }
}
