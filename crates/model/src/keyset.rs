//! Keyset pagination and metadata filters.

use serde_json::{Map, Value};

use crate::id::Id;
use crate::time::Timestamp;

/// Direction of a scan in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Oldest first.
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// Position in a list ordered by creation time, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreationCursor<K> {
    /// Creation time of the row at this position. If only the id is known, the row is looked up; if the row is gone,
    /// the time embedded in its id is used.
    pub created_at: Option<Timestamp>,
    /// Id of the row at this position.
    pub id: Id<K>,
}

/// Keyset query over a list in creation order. The row at the cursor need not exist any more.
#[derive(Debug, Clone, Copy)]
pub struct KeysetQuery<K> {
    /// Only rows strictly after this position in the direction of `order`.
    pub after: Option<CreationCursor<K>>,
    /// Direction.
    pub order: SortOrder,
    /// Maximum number of rows.
    pub limit: usize,
}

/// Equality filter on metadata: a dotted path and the text of the required value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataFilter {
    /// `department` or `a.b`; a literal key of that name takes precedence over descending into nested objects.
    pub path: String,
    /// Text, or the JSON text of a number or boolean.
    pub value: String,
}

impl MetadataFilter {
    /// Returns whether an object satisfies the filter. An absent key never matches.
    pub fn matches(&self, map: &Map<String, Value>) -> bool {
        find_path(map, &self.path).is_some_and(|value| match value {
            Value::String(text) => *text == self.value,
            Value::Bool(flag) => self.value == if *flag { "true" } else { "false" },
            Value::Number(number) => number.to_string() == self.value,
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        })
    }
}

fn find_path<'a>(map: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = map.get(path) {
        return Some(value);
    }
    path.match_indices('.')
        .find_map(|(dot, _)| match map.get(&path[..dot]) {
            Some(Value::Object(inner)) => find_path(inner, &path[dot + 1..]),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_keys_win_and_dots_walk() {
        let map =
            serde_json::from_str(r#"{"a.b":"x","a":{"b":"y","c":{"d":1.50}},"t":true,"n":null}"#)
                .unwrap();
        let hits = |path: &str, value: &str| {
            MetadataFilter {
                path: path.into(),
                value: value.into(),
            }
            .matches(&map)
        };
        assert!(hits("a.b", "x") && !hits("a.b", "y"));
        assert!(hits("a.c.d", "1.50") && !hits("a.c.d", "1.5"));
        assert!(hits("t", "true") && !hits("n", "null") && !hits("absent", ""));
    }
}
