//! Free-form JSON that callers attach to entities.

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::json;

/// JSON object of at most 64 KiB and 32 levels. Key order and the text of numbers are preserved.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// Maximum size of the serialized form, in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// Maximum nesting depth of objects and arrays.
    pub const MAX_DEPTH: usize = 32;

    /// Validates size and depth.
    ///
    /// # Errors
    /// `Invalid` with `field`, the caller's name for the object.
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

    /// Parses the output of [`Metadata::to_text`]. A damaged text yields the empty object, so that it does not hide its
    /// row.
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

    /// Serializes to the stored form, compact JSON.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Removes top-level nulls: on creation a null means "absent".
    #[must_use]
    pub fn without_nulls(mut self) -> Self {
        self.0.retain(|_, value| !value.is_null());
        self
    }

    /// Merges `patch` at the top level: absent keys stay, values replace, nulls remove.
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

    /// Returns the object.
    pub fn map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Returns the object by value.
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
    fn merge_at_top_level_null_removes_key() {
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
