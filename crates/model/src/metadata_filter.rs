//! Equality filters on metadata.

use serde_json::{Map, Value};

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
    fn path_literal_key_precedes_nested_objects() {
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
