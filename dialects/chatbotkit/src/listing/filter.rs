//! Filters in the query. All of them must hold, also the same one twice.

use parlor_kit::QueryParams;
use parlor_model::Id;
use parlor_model::metadata_filter::MetadataFilter;

/// `meta.a=b`, `meta[a]=b`, `meta[a][b]=c`.
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

/// A comma-separated list of ids, any of which will do; several such lists leave what all of them hold. An empty
/// result restricts nothing; a restriction that nothing can satisfy is the one id that nothing has.
pub(crate) fn parse_id_filter<K>(
    query: &QueryParams,
    name: &str,
    parse: impl Fn(&str) -> Option<Id<K>>,
) -> Vec<Id<K>> {
    let mut left: Option<Vec<Id<K>>> = None;
    for (_, list) in query.iter().filter(|(key, _)| *key == name) {
        let texts = list
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let ids: Vec<Id<K>> = texts.map(|text| parse(text).unwrap_or(Id::MIN)).collect();
        if ids.is_empty() {
            continue;
        }
        left = Some(match left {
            None => ids,
            Some(mut before) => {
                before.retain(|id| ids.contains(id));
                before
            }
        });
    }
    match left {
        None => Vec::new(),
        Some(ids) if ids.is_empty() => vec![Id::MIN],
        Some(mut ids) => {
            ids.sort_unstable();
            ids.dedup();
            ids
        }
    }
}

/// A text that must be equal. `Err` when two different ones are asked for, which nothing can satisfy.
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

/// Filters that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsatisfiable;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_filters_are_read_in_three_spellings() {
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
    fn lists_of_ids_unite_and_repeated_lists_meet() {
        let parse = |text: &str| {
            let bits = text.parse().ok()?;
            Some(Id::<()>::new(uuid::Uuid::from_u128(bits)))
        };
        let of = |raw: &str| -> Vec<u128> {
            parse_id_filter(&QueryParams::parse(raw), "id", parse)
                .into_iter()
                .map(|id| id.uuid().as_u128())
                .collect()
        };
        assert_eq!(of(""), [0; 0]);
        assert_eq!(of("id=&id=,+,"), [0; 0]);
        assert_eq!(of("id=2,+1,2"), [1, 2]);
        assert_eq!(of("id=1,2&id=2,3"), [2]);
        assert_eq!(of("id=1&id=2"), [0]);
        assert_eq!(of("id=nope"), [0]);
    }

    #[test]
    fn equal_texts_may_not_contradict() {
        let of = |raw: &str| parse_text_filter(&QueryParams::parse(raw), "b");
        assert_eq!(of("b=&c=1"), Ok(None));
        assert_eq!(of("b=x&b=x"), Ok(Some("x".to_owned())));
        assert_eq!(of("b=x&b=y"), Err(Unsatisfiable));
    }
}
