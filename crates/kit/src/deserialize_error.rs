//! Translates deserialization errors into validation messages.
//!
//! `serde` reports what it found and what it expected in Rust's terms: "invalid type: map, expected i64". The
//! message for clients says what the field must be in JSON's terms: "must be a whole number". The value found is left
//! out, since it may be a secret and the message is logged.

/// Returns the violated rule: "must be ...". Messages that are rules already are returned unchanged.
pub fn describe_rule(message: &str) -> String {
    let message = strip_position(message);
    if let Some((_, expected)) = message.rsplit_once(", expected ") {
        return format!("must be {}", json_type_name(expected));
    }
    let fixed = [
        ("duplicate field", "must be given once"),
        (
            "data did not match",
            "must have one of the documented forms",
        ),
        ("unknown variant", "must be one of the documented words"),
        ("unknown field", "must have documented fields only"),
        ("missing field", "must have all required fields"),
        ("number out of range", "must be a smaller number"),
        // A fraction for an integer field, or a number out of its range.
        (
            "invalid number",
            "must be a whole number of the documented range",
        ),
    ];
    match fixed.iter().find(|(start, _)| message.starts_with(start)) {
        Some((_, rule)) => (*rule).to_owned(),
        None if message.starts_with("invalid ") => "must have the documented form".to_owned(),
        None => message.to_owned(),
    }
}

/// Returns the name of the missing field, if that is the error.
pub(crate) fn missing_field(message: &str) -> Option<&str> {
    let rest = strip_position(message).strip_prefix("missing field `")?;
    rest.strip_suffix('`')
}

/// Strips line and column, which refer to a text the client may never have seen.
fn strip_position(message: &str) -> &str {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message)
}

/// Returns the JSON name of an expected type.
fn json_type_name(expected: &str) -> String {
    const INTEGER_TYPES: [&str; 12] = [
        "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
    ];
    let first = expected.split([' ', '`']).next().unwrap_or_default();
    let name = match expected {
        whole if INTEGER_TYPES.contains(&whole) => "a whole number",
        "f32" | "f64" | "number" => "a number",
        "a boolean" | "bool" => "true or false",
        "a string" | "a borrowed string" | "str" | "string" | "string or map" | "identifier"
        | "variant identifier" | "field identifier" | "a char" | "a character" => "a string",
        "a map" | "map with a single key" => "an object",
        "a sequence" | "a byte array" | "bytes" => "an array",
        "unit" | "null" | "nothing" => "null",
        "option" | "any value" | "any valid JSON value" => "a JSON value",
        tuple if tuple.starts_with("a tuple") || tuple.starts_with("an array of") => "an array",
        _ => match first {
            "struct" | "map" => "an object",
            "tuple" | "sequence" | "array" => "an array",
            "enum" | "variant" => "a string",
            // The accepted values of a field, or a description of our own.
            _ => return expected.replace('`', ""),
        },
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only how it is refused matters")]
    struct Everything {
        text: Option<String>,
        whole: Option<i64>,
        small: Option<u8>,
        real: Option<f64>,
        flag: Option<bool>,
        list: Option<Vec<i64>>,
        pair: Option<(i64, String)>,
        inner: Option<Inner>,
        map: Option<std::collections::BTreeMap<String, i64>>,
        word: Option<Word>,
        either: Option<Either>,
        letter: Option<char>,
        unit: Option<()>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only how it is refused matters")]
    struct Inner {
        deep: i64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        Up,
        Down,
    }

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[allow(dead_code, reason = "only how it is refused matters")]
    enum Either {
        Number(i64),
        List(Vec<i64>),
    }

    fn deserialize_error_text(body: Value) -> String {
        let Value::Object(map) = body else {
            panic!("{body}")
        };
        match crate::request_body::deserialize_map::<Everything>(map) {
            Err(error) => error.to_string(),
            Ok(taken) => panic!("{taken:?}"),
        }
    }

    #[test]
    fn type_error_is_described_in_json_terms() {
        for (body, message) in [
            (
                json!({ "text": 5 }),
                "text has the wrong type: must be a string",
            ),
            (
                json!({ "whole": {} }),
                "whole has the wrong type: must be a whole number",
            ),
            (
                json!({ "whole": 1.5 }),
                "whole has the wrong type: must be a whole number of the documented range",
            ),
            (
                json!({ "small": 300 }),
                "small has the wrong type: must be a whole number of the documented range",
            ),
            (
                json!({ "real": "x" }),
                "real has the wrong type: must be a number",
            ),
            (
                json!({ "flag": 1 }),
                "flag has the wrong type: must be true or false",
            ),
            (
                json!({ "list": "x" }),
                "list has the wrong type: must be an array",
            ),
            (
                json!({ "list": [1, "x"] }),
                "list[1] has the wrong type: must be a whole number",
            ),
            (
                json!({ "pair": [1] }),
                "pair has the wrong type: must be an array",
            ),
            (
                json!({ "inner": 1 }),
                "inner has the wrong type: must be an object",
            ),
            (json!({ "inner": {} }), "inner.deep is required"),
            (
                json!({ "map": [] }),
                "map has the wrong type: must be an object",
            ),
            (
                json!({ "word": "left" }),
                "word has the wrong type: must be up or down",
            ),
            (
                json!({ "word": 1 }),
                "word has the wrong type: must be a string",
            ),
            (
                json!({ "either": "x" }),
                "either has the wrong type: must have one of the documented forms",
            ),
            (
                json!({ "letter": "xy" }),
                "letter has the wrong type: must be a string",
            ),
            (
                json!({ "unit": 1 }),
                "unit has the wrong type: must be null",
            ),
        ] {
            assert_eq!(deserialize_error_text(body.clone()), message, "{body}");
        }
        let unknown = deserialize_error_text(json!({ "inner": { "deep": 1, "x": 1 } }));
        assert!(unknown.contains("must be deep"), "{unknown}");
    }

    #[test]
    fn own_rules_are_unchanged() {
        assert_eq!(
            describe_rule("must be an object or null"),
            "must be an object or null"
        );
        assert_eq!(
            describe_rule(
                "invalid type: string \"a, expected b\", expected u32 at line 1 column 7"
            ),
            "must be a whole number"
        );
    }
}
