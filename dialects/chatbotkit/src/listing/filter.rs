//! Filters in the query string. Filters are combined with AND, also repetitions of one filter.

use parlor_kit::QueryParams;
use parlor_kit::ids::parse_prefixed;
use parlor_model::Id;
use parlor_model::id::MemberId;
use parlor_model::metadata_filter::MetadataFilter;

use crate::ids;

/// Parses metadata filters: `meta.a=b`, `meta[a]=b` or `meta[a][b]=c`.
pub(crate) fn metadata_filters(query: &QueryParams) -> Vec<MetadataFilter> {
    query
        .iter()
        .filter_map(|(key, value)| {
            Some(MetadataFilter {
                path: metadata_path(key)?,
                value: value.to_owned(),
            })
        })
        .collect()
}

fn metadata_path(key: &str) -> Option<String> {
    let rest = key.strip_prefix("meta")?;
    if let Some(path) = rest.strip_prefix('.') {
        return Some(path.to_owned());
    }
    let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.replace("][", "."))
}

/// Returns the contacts to which a list is restricted: that of the path, otherwise those of the filter `contactId`.
pub(crate) fn contact_filter(query: &QueryParams, of_path: Option<MemberId>) -> Vec<MemberId> {
    match of_path {
        Some(contact) => vec![contact],
        None => parse_id_filter(query, "contactId", |text| {
            parse_prefixed(ids::CONTACT_PREFIX, text)
        }),
    }
}

/// Parses a filter by ids: a comma-separated list, any of which matches. Repeated filters are intersected. An empty result
/// means no filter; a filter that nothing can match is returned as [`Id::MIN`], which no row has.
pub(crate) fn parse_id_filter<K>(
    query: &QueryParams,
    name: &str,
    parse: impl Fn(&str) -> Option<Id<K>>,
) -> Vec<Id<K>> {
    let mut allowed: Option<Vec<Id<K>>> = None;
    for (_, list) in query.iter().filter(|(key, _)| *key == name) {
        let texts = list
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let ids: Vec<Id<K>> = texts.map(|text| parse(text).unwrap_or(Id::MIN)).collect();
        if ids.is_empty() {
            continue;
        }
        allowed = Some(match allowed {
            None => ids,
            Some(mut common) => {
                common.retain(|id| ids.contains(id));
                common
            }
        });
    }
    match allowed {
        None => Vec::new(),
        Some(ids) if ids.is_empty() => vec![Id::MIN],
        Some(mut ids) => {
            ids.sort_unstable();
            ids.dedup();
            ids
        }
    }
}

/// Parses a filter by a text that must be equal.
///
/// # Errors
/// `Unsatisfiable` if two different texts are given.
pub(crate) fn parse_text_filter(
    query: &QueryParams,
    name: &str,
) -> Result<Option<String>, Unsatisfiable> {
    let mut texts = query
        .iter()
        .filter(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value);
    let first = texts.next();
    if texts.any(|other| Some(other) != first) {
        return Err(Unsatisfiable);
    }
    Ok(first.map(str::to_owned))
}

/// Contradicting filters, which no row can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsatisfiable;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_filter_in_each_of_three_spellings_is_parsed() {
        let query =
            QueryParams::parse("meta.a.b=1&meta[c]=x+y&meta%5Bd%5D%5Be%5D=&metadata=1&meta=2");
        let read: Vec<_> = metadata_filters(&query)
            .into_iter()
            .map(|filter| (filter.path, filter.value))
            .collect();
        let expected = [("a.b", "1"), ("c", "x y"), ("d.e", "")];
        assert_eq!(read, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn id_filter_unites_a_list_and_intersects_repetitions() {
        let parse = |text: &str| {
            let bits = text.parse().ok()?;
            Some(Id::<()>::new(uuid::Uuid::from_u128(bits)))
        };
        let parsed = |raw: &str| -> Vec<u128> {
            parse_id_filter(&QueryParams::parse(raw), "id", parse)
                .into_iter()
                .map(|id| id.uuid().as_u128())
                .collect()
        };
        assert_eq!(parsed(""), [0; 0]);
        assert_eq!(parsed("id=&id=,+,"), [0; 0]);
        assert_eq!(parsed("id=2,+1,2"), [1, 2]);
        assert_eq!(parsed("id=1,2&id=2,3"), [2]);
        assert_eq!(parsed("id=1&id=2"), [0]);
        assert_eq!(parsed("id=nope"), [0]);
    }

    #[test]
    fn text_filter_with_two_texts_is_unsatisfiable() {
        let parsed = |raw: &str| parse_text_filter(&QueryParams::parse(raw), "b");
        assert_eq!(parsed("b=&c=1"), Ok(None));
        assert_eq!(parsed("b=x&b=x"), Ok(Some("x".to_owned())));
        assert_eq!(parsed("b=x&b=y"), Err(Unsatisfiable));
    }
}
