//! Keyset pages and metadata filters.

use serde_json::{Map, Value};

use crate::id::Id;
use crate::time::Timestamp;

/// The direction of a walk in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Oldest first.
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// A position in a list by creation: rows are in the order of their times, those of one time in that of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreationCursor<K> {
    /// When the row at this position was created. Where only its id is known, the row is looked up, and where it is gone,
    /// its id tells the time: one that was made here has it in itself.
    pub created_at: Option<Timestamp>,
    /// The id of the row at this position.
    pub id: Id<K>,
}

/// Which part of a list by creation to read. The row at the cursor need not exist any more.
#[derive(Debug, Clone, Copy)]
pub struct KeysetQuery<K> {
    /// Strictly after this position, in the direction asked for.
    pub after: Option<CreationCursor<K>>,
    /// The direction.
    pub order: SortOrder,
    /// How many rows at the most.
    pub limit: usize,
}

/// One equality on metadata: a dotted path and the text its value must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataFilter {
    /// `department` or `a.b`: a literal key with that name wins over a walk into nested objects.
    pub path: String,
    /// Text, or the JSON text of a number or boolean.
    pub value: String,
}

impl MetadataFilter {
    /// Whether an object satisfies the filter. An absent key never does.
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
