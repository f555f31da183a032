//! Reads answers as a typed client does: a field that is missing or of another type is a failure.

use serde_json::Value;

/// A JSON value with the path by which it was reached, for messages.
///
/// Every reading method panics where the value is of another type than is read.
#[derive(Debug, Clone)]
pub struct Reader {
    path: String,
    /// The value itself.
    pub value: Value,
}

impl Reader {
    /// A reader of a whole answer, under the name that messages give it.
    pub fn new(name: impl Into<String>, value: Value) -> Self {
        Self {
            path: name.into(),
            value,
        }
    }

    /// A field, which may be null but must be there. Dots lead into fields of fields.
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

    /// The value as a text.
    #[track_caller]
    pub fn text(&self) -> String {
        match self.value.as_str() {
            Some(text) => text.to_owned(),
            None => self.mismatch("text"),
        }
    }

    /// The value as a text with something in it.
    #[track_caller]
    pub fn non_empty_text(&self) -> String {
        let text = self.text();
        assert!(!text.is_empty(), "{} is empty", self.path);
        text
    }

    /// The value as a whole number.
    #[track_caller]
    pub fn number(&self) -> i64 {
        match self.value.as_i64() {
            Some(number) => number,
            None => self.mismatch("whole number"),
        }
    }

    /// The value as true or false.
    #[track_caller]
    pub fn flag(&self) -> bool {
        match self.value.as_bool() {
            Some(flag) => flag,
            None => self.mismatch("boolean"),
        }
    }

    /// The items of an array.
    #[track_caller]
    pub fn items(&self) -> Vec<Self> {
        let Some(items) = self.value.as_array() else {
            return self.mismatch("array");
        };
        let read =
            |(at, item): (usize, &Value)| Self::new(format!("{}[{at}]", self.path), item.clone());
        items.iter().enumerate().map(read).collect()
    }

    /// `None` for null, otherwise what is read of the value.
    #[track_caller]
    pub fn nullable<T>(&self, read: impl FnOnce(&Self) -> T) -> Option<T> {
        (!self.value.is_null()).then(|| read(self))
    }

    /// Whether a field is there at all, for the fields that a client does without.
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
