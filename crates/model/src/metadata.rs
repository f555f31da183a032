//! Free JSON that a caller hangs on an entity.

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::json;

/// A JSON object of at most 64 KiB and 32 levels. Key order and the text of numbers are kept as they came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// Longest serialised form, in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// Deepest nesting of objects and arrays.
    pub const MAX_DEPTH: usize = 32;

    /// Checks size and depth. `field` is the caller's name for it, used in the refusal.
    pub fn new(map: Map<String, Value>, field: &'static str) -> Result<Self> {
        if map.values().any(|value| depth(value) >= Self::MAX_DEPTH) {
            return Err(Error::invalid(
                field,
                "must be nested at most 32 levels deep",
            ));
        }
        let this = Self(map);
        if this.to_text().len() > Self::MAX_BYTES {
            return Err(Error::invalid(field, "must be at most 64 KiB"));
        }
        Ok(this)
    }

    /// Reads what [`Metadata::to_text`] wrote. A damaged text reads as empty rather than hiding its row.
    pub fn from_text(text: &str) -> Self {
        if text == "{}" {
            Self::default()
        } else {
            match json::parse(text.as_bytes()) {
                Ok(Value::Object(map)) => Self(map),
                _ => Self::default(),
            }
        }
    }

    /// Compact JSON, the stored form.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// The same object without its top-level nulls: on creation a null means "absent".
    #[must_use]
    pub fn without_nulls(mut self) -> Self {
        self.0.retain(|_, value| !value.is_null());
        self
    }

    /// Merges at the top level: an absent key stays, a value replaces, a null removes.
    #[must_use]
    pub fn merge(mut self, patch: &Self) -> Self {
        for (key, value) in &patch.0 {
            if value.is_null() {
                self.0.shift_remove(key);
            } else {
                self.0.insert(key.clone(), value.clone());
            }
        }
        self
    }

    /// The object.
    pub fn map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The object, owned.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata_from(text: &str) -> Metadata {
        Metadata::from_text(text)
    }

    #[test]
    fn merge_is_shallow_and_null_removes() {
        let merged = metadata_from(r#"{"a":{"x":1,"y":2},"b":1,"c":2}"#)
            .merge(&metadata_from(r#"{"a":{"x":9},"b":null,"d":[null]}"#));
        assert_eq!(merged.to_text(), r#"{"a":{"x":9},"c":2,"d":[null]}"#);
    }

    #[test]
    fn number_text_and_key_order_survive() {
        let text = r#"{"z":1.50,"a":12345678901234567890123,"e":1e3,"f":1E+2,"g":-0,"h":1.0}"#;
        assert_eq!(metadata_from(text).to_text(), text);
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40));
        assert!(Metadata::new(serde_json::from_str(&deep).unwrap(), "meta").is_err());
        let wide = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000));
        assert!(Metadata::new(serde_json::from_str(&wide).unwrap(), "meta").is_err());
    }
}
