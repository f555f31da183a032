//! Texts to values: durations, sizes, lists.

use std::time::Duration;

use figment::value::Value;
use serde::{Deserialize, Deserializer};

use super::keys::Kind;

/// A flag's or variable's text as the setting's kind of value; the error says what it must be.
pub(super) fn value(kind: Kind, text: &str) -> Result<Value, &'static str> {
    match kind {
        // Checked where they are turned into their types, for files as well.
        Kind::Text | Kind::Duration | Kind::Size => Ok(Value::from(text)),
        Kind::Number => text
            .trim()
            .parse::<u64>()
            .map(Value::from)
            .map_err(|_| "must be a whole number"),
        Kind::Switch => match text.trim() {
            "true" | "1" | "yes" | "on" => Ok(Value::from(true)),
            "false" | "0" | "no" | "off" => Ok(Value::from(false)),
            _ => Err("must be true or false"),
        },
        Kind::List => Ok(Value::from(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .collect::<Vec<_>>(),
        )),
        Kind::Sections => Err("is a section of the configuration file"),
    }
}

/// `500ms`, `30s`, `5m`, `12h`, `7d`, or a bare number of seconds.
pub fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text);
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

/// `65536`, `64KiB`, `1MiB`, `2GiB`.
pub fn size(text: &str) -> Option<u64> {
    let (number, unit) = split(text);
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return None,
    };
    number?.checked_mul(factor)
}

fn split(text: &str) -> (Option<u64>, &str) {
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

fn text_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match NumberOrText::deserialize(deserializer)? {
        NumberOrText::Number(number) => number.to_string(),
        NumberOrText::Text(text) => text,
    })
}

pub(super) fn a_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = text_of(deserializer)?;
    duration(&text)
        .ok_or_else(|| serde::de::Error::custom("must be a time such as 500ms, 30s, 5m, 12h or 7d"))
}

pub(super) fn a_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = text_of(deserializer)?;
    size(&text)
        .ok_or_else(|| serde::de::Error::custom("must be a size such as 65536, 64KiB or 1MiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read_with_their_units() {
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("7d"), Some(Duration::from_secs(604_800)));
        assert_eq!(duration("30"), Some(Duration::from_secs(30)));
        assert_eq!(size("64KiB"), Some(65_536));
        assert_eq!(size("1 MiB"), Some(1 << 20));
        for bad in ["", "s", "-1s", "1y", "1.5s", "99999999999999999999"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
        assert_eq!(size("1TiBs"), None);
    }
}
