//! Parsing of setting values: durations, sizes, lists.

use std::time::Duration;

use figment::value::{Dict, Value};
use serde::{Deserialize, Deserializer};

use super::settings_table::SettingKind;

/// Parses the text of a flag or variable. The error is the rule that the text breaks.
pub(super) fn parse_value(kind: SettingKind, text: &str) -> Result<Value, &'static str> {
    match kind {
        // Validated during deserialization, as values from files are.
        SettingKind::Text | SettingKind::Duration | SettingKind::Size => Ok(Value::from(text)),
        SettingKind::Number => text
            .trim()
            .parse::<u64>()
            .map(Value::from)
            .map_err(|_| "must be a whole number"),
        SettingKind::Boolean => parse_boolean(text).map(Value::from),
        SettingKind::SwitchedSection => {
            let enabled = Value::from(parse_boolean(text)?);
            Ok(Value::from(Dict::from([("enabled".to_owned(), enabled)])))
        }
        SettingKind::List => Ok(Value::from(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .collect::<Vec<_>>(),
        )),
        SettingKind::DialectTables | SettingKind::Section => {
            Err("is a section: set its keys, as docs/configuration.md shows")
        }
    }
}

fn parse_boolean(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("must be true or false"),
    }
}

/// Parses `500ms`, `30s`, `5m`, `12h`, `7d`, or a bare number of seconds.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split_unit(text);
    let millis = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number?.checked_mul(millis).map(Duration::from_millis)
}

/// Parses `65536`, `64KiB`, `1MiB`, `2GiB` into bytes. All units are powers of 1024.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text);
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return None,
    };
    number?.checked_mul(factor)
}

fn split_unit(text: &str) -> (Option<u64>, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (text[..end].parse().ok(), text[end..].trim())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u64),
    Text(String),
}

fn deserialize_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match NumberOrText::deserialize(deserializer)? {
        NumberOrText::Number(number) => number.to_string(),
        NumberOrText::Text(text) => text,
    })
}

pub(super) fn deserialize_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let text = deserialize_text(deserializer)?;
    parse_duration(&text)
        .ok_or_else(|| serde::de::Error::custom("must be a time such as 500ms, 30s, 5m, 12h or 7d"))
}

pub(super) fn deserialize_size<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<u64, D::Error> {
    let text = deserialize_text(deserializer)?;
    parse_size(&text)
        .ok_or_else(|| serde::de::Error::custom("must be a size such as 65536, 64KiB or 1MiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_parse_with_units() {
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("7d"), Some(Duration::from_secs(604_800)));
        assert_eq!(parse_duration("30"), Some(Duration::from_secs(30)));
        assert_eq!(parse_size("64KiB"), Some(65_536));
        assert_eq!(parse_size("1 MiB"), Some(1 << 20));
        for bad in ["", "s", "-1s", "1y", "1.5s", "99999999999999999999"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
        assert_eq!(parse_size("1TiBs"), None);
    }
}
