//! Keyset pages and metadata filters.

use serde_json::{Map, Value};

use crate::id::Id;

/// The direction of a walk in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// Where a walk goes on: strictly after this id, in the direction asked for. The row need not exist any more.
#[derive(Debug, Clone, Copy)]
pub struct Walk<K> {
    /// The last id seen.
    pub after: Option<Id<K>>,
    /// The direction.
    pub order: Order,
    /// How many rows at the most.
    pub take: usize,
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
        lookup(map, &self.path).is_some_and(|value| match value {
            Value::String(text) => *text == self.value,
            Value::Bool(flag) => self.value == if *flag { "true" } else { "false" },
            Value::Number(number) => number.to_string() == self.value,
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        })
    }
}

fn lookup<'a>(map: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = map.get(path) {
        return Some(value);
    }
    path.match_indices('.')
        .find_map(|(dot, _)| match map.get(&path[..dot]) {
            Some(Value::Object(inner)) => lookup(inner, &path[dot + 1..]),
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
