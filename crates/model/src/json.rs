//! JSON parsing that preserves the text of numbers.
//!
//! `serde_json` keeps the digits of a number but not the spelling of its exponent: `1E2` and `1e2` become `1e+2`.
//! Free-form JSON must be returned as it was given, so texts are parsed here, and `serde` fields use [`exact`].

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// Parses JSON text of any shape.
///
/// # Errors
/// Those of `serde_json`: not JSON, or nested more than 127 levels deep.
pub fn parse(text: &[u8]) -> serde_json::Result<Value> {
    let value = serde_json::from_slice(text)?;
    // Fast path: text without an exponent needs no special parsing.
    let Some(text) = std::str::from_utf8(text).ok().filter(has_exponent) else {
        return Ok(value);
    };
    ExactParser(text.trim_ascii_start()).parse_value()
}

/// Deserializes a field of any shape and preserves the text of numbers. For `#[serde(deserialize_with = ..)]`; works
/// with JSON only, and not below `flatten` or an untagged enum.
pub fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    parse(raw.get().as_bytes()).map_err(D::Error::custom)
}

/// Deserializes a field that is an object, null or absent, by [`exact`].
pub fn exact_object<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, Value>>, D::Error> {
    match exact(deserializer)? {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(Some(map)),
        _ => Err(D::Error::custom("must be an object or null")),
    }
}

/// Deserializes an object field by [`exact`] and distinguishes absence: absent is `None` by `default`, null is
/// `Some(None)`.
#[allow(clippy::option_option, reason = "absent and null differ")]
pub fn present_object<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<Map<String, Value>>>, D::Error> {
    exact_object(deserializer).map(Some)
}

/// Deserializes a field of any shape by [`exact`]; null equals absent.
pub(crate) fn exact_value<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Value>, D::Error> {
    exact(deserializer).map(|value| Some(value).filter(|value| !value.is_null()))
}

/// Deserializes a field that is an array of objects, null or absent, by [`exact`].
pub fn exact_objects<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Map<String, Value>>>, D::Error> {
    let given = exact(deserializer)?;
    if given.is_null() {
        return Ok(None);
    }
    objects(given)
        .map(Some)
        .ok_or_else(|| D::Error::custom("must be an array of objects"))
}

/// Returns the elements of an array that contains only objects, otherwise `None`.
pub fn objects(value: Value) -> Option<Vec<Map<String, Value>>> {
    let Value::Array(items) = value else {
        return None;
    };
    let objects = items.into_iter().map(|item| match item {
        Value::Object(object) => Some(object),
        _ => None,
    });
    objects.collect()
}

/// Returns whether a number may have an exponent. False positives from string contents only cost time.
fn has_exponent(text: &&str) -> bool {
    text.as_bytes().windows(3).any(|around| {
        matches!(around[1], b'e' | b'E')
            && around[0].is_ascii_digit()
            && (around[2].is_ascii_digit() || matches!(around[2], b'+' | b'-'))
    })
}

/// Recursive-descent parser over the rest of a text that is known to be valid JSON, without leading white space.
struct ExactParser<'t>(&'t str);

impl<'t> ExactParser<'t> {
    fn parse_value(&mut self) -> serde_json::Result<Value> {
        match self.0.as_bytes().first() {
            Some(b'{') => self.parse_object(),
            Some(b'[') => self.parse_array(),
            Some(b'"') => self.parse_string().map(Value::String),
            Some(b't' | b'f' | b'n') => serde_json::from_str(self.next_scalar()),
            // Undocumented, but the only function that keeps the text as it is.
            _ => Ok(Value::Number(Number::from_string_unchecked(
                self.next_scalar().to_owned(),
            ))),
        }
    }

    fn parse_object(&mut self) -> serde_json::Result<Value> {
        let mut map = Map::new();
        self.advance();
        while !self.consume_close('}') {
            let key = self.parse_string()?;
            // Skips the colon.
            self.advance();
            map.insert(key, self.parse_value()?);
        }
        Ok(Value::Object(map))
    }

    fn parse_array(&mut self) -> serde_json::Result<Value> {
        let mut items = Vec::new();
        self.advance();
        while !self.consume_close(']') {
            items.push(self.parse_value()?);
        }
        Ok(Value::Array(items))
    }

    /// Consumes the closing bracket, or the comma before the next element; returns whether the bracket was found.
    fn consume_close(&mut self, bracket: char) -> bool {
        if self.0.starts_with(bracket) {
            self.advance();
            return true;
        }
        if self.0.starts_with(',') {
            self.advance();
        }
        // Truncated text was refused by the validation before.
        self.0.is_empty()
    }

    fn parse_string(&mut self) -> serde_json::Result<String> {
        let mut is_escaped = false;
        let end = self.0.bytes().skip(1).position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        });
        serde_json::from_str(self.consume(end.map_or(self.0.len(), |end| end + 2)))
    }

    /// Consumes a number or a literal (`true`, `false`, `null`).
    fn next_scalar(&mut self) -> &'t str {
        let is_end = |byte: u8| byte.is_ascii_whitespace() || b",]}".contains(&byte);
        let end = self.0.bytes().position(is_end);
        self.consume(end.unwrap_or(self.0.len()))
    }

    /// Consumes one byte of punctuation.
    fn advance(&mut self) {
        self.consume(1);
    }

    /// Consumes `length` bytes and the white space after them.
    fn consume(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.0.split_at_checked(length).unwrap_or((self.0, ""));
        self.0 = rest.trim_ascii_start();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text() {
        for text in [
            "1e2",
            "1E2",
            "1E+2",
            "1e+2",
            "1e-2",
            "-1.50E007",
            "-0",
            "-0.0",
            "1.0",
            "1e999999",
            "123456789012345678901234567890",
            r#"{"a":[1e2,{"b":1E-2,"c":"1e2"},[],{}],"d\"e\\":2e5,"f":null,"g":[true,false]}"#,
            r#"["\\","\"","1e1\\\"",1e1]"#,
            r#"{"é":"😀 1e1","x":1e1}"#,
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
        }
        let spaced = " { \"a\" : [ 1e2 , \"x\" , [ ] ] ,\n\t\"b\" : { } , \"a\" : 3E1 } ";
        assert_eq!(
            parse(spaced.as_bytes()).unwrap().to_string(),
            r#"{"a":3E1,"b":{}}"#
        );
    }

    #[test]
    fn invalid_json_is_refused_like_serde_json() {
        let deep = format!("{}1e1{}", "[".repeat(200), "]".repeat(200));
        for text in [
            "",
            "1e",
            "1e2 x",
            "{\"a\":1e2",
            "[1e2,]",
            "01e2",
            "1.e2",
            &deep,
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn parse_differs_from_serde_json_in_exponents_only() {
        let text = r#"{"k":["a\u0041",1.5,-3e4,{"n":null}],"e":"","o":{"p":[[1E3]]}}"#;
        let plain: Value = serde_json::from_str(text).unwrap();
        let kept = parse(text.as_bytes()).unwrap();
        assert_eq!(
            plain.to_string(),
            kept.to_string()
                .replace("-3e4", "-3e+4")
                .replace("1E3", "1e+3")
        );
    }

    #[derive(Deserialize)]
    struct Body {
        #[serde(default, deserialize_with = "exact_object")]
        meta: Option<Map<String, Value>>,
    }

    #[test]
    fn exact_field_keeps_number_text() {
        let text = r#"{"meta":{"a":1e2,"b":[1E2]}}"#;
        let value = parse(text.as_bytes()).unwrap();
        for body in [
            serde_json::from_value::<Body>(value).unwrap(),
            serde_json::from_str::<Body>(text).unwrap(),
        ] {
            let meta = Value::Object(body.meta.unwrap());
            assert_eq!(meta.to_string(), r#"{"a":1e2,"b":[1E2]}"#);
        }
        assert!(
            serde_json::from_str::<Body>(r#"{"meta":null}"#)
                .unwrap()
                .meta
                .is_none()
        );
        assert!(serde_json::from_str::<Body>(r#"{"meta":[1]}"#).is_err());
    }
}
