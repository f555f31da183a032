//! Reads JSON responses as a typed client does: a missing field or another type is a failure.

use serde_json::Value;

/// JSON value with its path for messages.
///
/// # Panics
/// The methods that read a value panic if it has another type.
#[derive(Debug, Clone)]
pub struct Reader {
    path: String,
    /// Value at the path.
    pub value: Value,
}

impl Reader {
    /// Creates a reader of a complete response. Messages contain `name`.
    pub fn new(name: impl Into<String>, value: Value) -> Self {
        Self {
            path: name.into(),
            value,
        }
    }

    /// Returns a field, which must exist but may be null. Dots in `path` separate nested fields.
    #[track_caller]
    pub fn field(&self, path: &str) -> Self {
        let mut value = &self.value;
        for name in path.split('.') {
            let Some(object) = value.as_object() else {
                panic!("{}: {path} is in no object: {value:.400}", self.path);
            };
            let Some(found) = object.get(name) else {
                panic!("{}: {path} is missing in {:.400}", self.path, self.value);
            };
            value = found;
        }
        Self::new(format!("{}.{path}", self.path), value.clone())
    }

    /// Returns the value as text.
    #[track_caller]
    pub fn text(&self) -> String {
        match self.value.as_str() {
            Some(text) => text.to_owned(),
            None => self.mismatch("text"),
        }
    }

    /// Returns the value as text that is not empty.
    #[track_caller]
    pub fn non_empty_text(&self) -> String {
        let text = self.text();
        assert!(!text.is_empty(), "{} is empty", self.path);
        text
    }

    /// Returns the value as an integer.
    #[track_caller]
    pub fn number(&self) -> i64 {
        match self.value.as_i64() {
            Some(number) => number,
            None => self.mismatch("whole number"),
        }
    }

    /// Returns the value as a boolean.
    #[track_caller]
    pub fn flag(&self) -> bool {
        match self.value.as_bool() {
            Some(flag) => flag,
            None => self.mismatch("boolean"),
        }
    }

    /// Returns the items of an array.
    #[track_caller]
    pub fn items(&self) -> Vec<Self> {
        let Some(items) = self.value.as_array() else {
            return self.mismatch("array");
        };
        let read =
            |(at, item): (usize, &Value)| Self::new(format!("{}[{at}]", self.path), item.clone());
        items.iter().enumerate().map(read).collect()
    }

    /// Returns `None` for null, otherwise the result of `read`.
    #[track_caller]
    pub fn nullable<T>(&self, read: impl FnOnce(&Self) -> T) -> Option<T> {
        (!self.value.is_null()).then(|| read(self))
    }

    /// Returns whether an optional field exists.
    pub fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    #[track_caller]
    fn mismatch<T>(&self, kind: &str) -> T {
        panic!("{} is no {kind}: {:.400}", self.path, self.value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reader() -> Reader {
        Reader::new("answer", json!({ "user": { "name": null }, "tags": [7] }))
    }

    #[test]
    fn field_that_is_there_is_read() {
        assert_eq!(reader().field("user.name").nullable(Reader::text), None);
        assert_eq!(reader().field("tags").items()[0].number(), 7);
    }

    #[test]
    #[should_panic(expected = "answer: user.email is missing")]
    fn missing_field_panics() {
        reader().field("user.email");
    }

    #[test]
    #[should_panic(expected = "answer.user.name is no text")]
    fn null_text_panics() {
        reader().field("user.name").text();
    }

    #[test]
    #[should_panic(expected = "answer.tags[0] is no boolean")]
    fn value_of_another_type_panics() {
        reader().field("tags").items()[0].flag();
    }
}
