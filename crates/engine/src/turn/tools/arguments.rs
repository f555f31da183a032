//! Arguments of a call, which a model has written.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::ToolFailure;

/// Arguments of a call. A null counts as absent.
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Parses a JSON object; an empty text has no arguments.
    pub(super) fn parse(text: &str) -> Result<Self, ToolFailure> {
        if text.trim().is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(arguments)) => Ok(Self(arguments)),
            Ok(_) => Err(ToolFailure::invalid("the arguments must be a JSON object")),
            Err(_) => Err(ToolFailure::invalid("the arguments are not valid JSON")),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Returns a text without surrounding white space, which must not be empty.
    pub(super) fn text(&self, name: &str, max_chars: usize) -> Result<String, ToolFailure> {
        let found = self.optional_text(name, max_chars)?;
        found.ok_or_else(|| ToolFailure::invalid(format!("{name} is required")))
    }

    /// Returns a text like [`Self::text`]; an empty one counts as absent.
    pub(super) fn optional_text(
        &self,
        name: &str,
        max_chars: usize,
    ) -> Result<Option<String>, ToolFailure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let Some(text) = value.as_str() else {
            return Err(ToolFailure::invalid(format!("{name} must be a string")));
        };
        if text.chars().count() > max_chars {
            let rule = format!("{name} must be at most {max_chars} characters");
            return Err(ToolFailure::invalid(rule));
        }
        let text = text.replace('\0', "");
        let text = text.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// Returns a whole number of a range.
    pub(super) fn optional_integer(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ToolFailure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.as_u64().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(ToolFailure::invalid(format!(
                "{name} must be a whole number from {} to {}",
                range.start(),
                range.end()
            ))),
        }
    }
}
