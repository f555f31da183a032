//! Configuration sources as figment providers: defaults, file, variables, flags.

use std::path::Path;

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::locate;
use super::parse;
use super::settings_table::{self, SETTINGS, SettingKind, SettingSpec};
use super::suggest::nearest;
use crate::cli_error::{CliError, ExitKind};

/// Values of one source. `name` appears in error messages.
pub(super) struct SettingsSource {
    name: String,
    dict: Dict,
}

impl Provider for SettingsSource {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }
    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.dict.clone()))
    }
}

/// Builds the source of the default values.
pub(super) fn from_defaults() -> Result<SettingsSource, CliError> {
    let set = SETTINGS
        .iter()
        .filter(|key| !key.default.is_empty() || key.kind == SettingKind::List);
    let dict = set.map(|key| parse_entry(key, key.default, key.name));
    Ok(SettingsSource {
        name: "the defaults".to_owned(),
        dict: dict.collect::<Result<_, _>>()?,
    })
}

/// Builds the source of the command-line flags.
pub(super) fn from_flags(
    flags: &[(&'static SettingSpec, String)],
) -> Result<SettingsSource, CliError> {
    let dict = flags
        .iter()
        .map(|(key, text)| parse_entry(key, text, &format!("--{}", key.flag_name())));
    Ok(SettingsSource {
        name: "the command line".to_owned(),
        dict: dict.collect::<Result<_, _>>()?,
    })
}

fn parse_entry(key: &SettingSpec, text: &str, origin: &str) -> Result<(String, Value), CliError> {
    parse::parse_value(key.kind, text)
        .map(|value| (key.name.to_owned(), value))
        .map_err(|rule| CliError::new(ExitKind::Usage, format!("{origin} {rule}")))
}

/// Checks for `PARLOR_*` variables of other programs: container orchestrators set `PARLOR_PORT…` and `PARLOR_SERVICE_…`
/// for a service named `parlor`, and this project's tests set `PARLOR_TEST_…`.
fn is_ignored_variable(rest: &str) -> bool {
    rest == "PORT"
        || ["PORT_", "SERVICE_", "TEST_"]
            .iter()
            .any(|prefix| rest.starts_with(prefix))
}

/// Builds the source of the `PARLOR_*` variables. `PARLOR_DIALECTS__<DIALECT>__<KEY>` sets a key of a dialect's
/// section, `PARLOR_<SECTION>__<KEY>` and `PARLOR_<SECTION>__<TABLE>__<KEY>` one of another section.
pub(super) fn from_variables(
    variables: impl IntoIterator<Item = (String, String)>,
    dialects: &[&'static str],
) -> Result<SettingsSource, CliError> {
    let mut dict = Dict::new();
    let mut sections = Dict::new();
    for (name, text) in variables {
        let Some(rest) = name.strip_prefix("PARLOR_") else {
            continue;
        };
        if is_ignored_variable(rest) || rest == "CONFIG" {
            continue;
        }
        let lower = rest.to_ascii_lowercase();
        if let Some((dialect, setting)) = lower
            .strip_prefix("dialects__")
            .and_then(|rest| rest.split_once("__"))
            && let Some(dialect) = dialects
                .iter()
                .find(|known| known.replace('-', "_") == dialect)
        {
            let section = sections
                .entry((*dialect).to_owned())
                .or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, section) = section {
                section.insert(setting.to_owned(), infer_toml_value(&text));
            }
            continue;
        }
        if insert_section_variable(&mut dict, &lower, &text) {
            continue;
        }
        let Some(key) = settings_table::find(&lower) else {
            let known: Vec<String> = SETTINGS.iter().map(SettingSpec::variable_name).collect();
            return Err(unknown_setting_error(
                format!("unknown variable {name}"),
                nearest(&name, known.iter().map(String::as_str)),
            ));
        };
        let (key, value) = parse_entry(key, &text, &name)?;
        insert_merged(&mut dict, key, value);
    }
    if !sections.is_empty() {
        dict.insert("dialects".to_owned(), Value::from(sections));
    }
    Ok(SettingsSource {
        name: "the environment".to_owned(),
        dict,
    })
}

/// Inserts a value. A section that other variables have begun keeps its other keys.
fn insert_merged(dict: &mut Dict, key: String, value: Value) {
    match (dict.get_mut(&key), value) {
        (Some(Value::Dict(_, begun)), Value::Dict(_, more)) => begun.extend(more),
        (_, value) => {
            dict.insert(key, value);
        }
    }
}

/// Keys of sections whose values are texts even if they look like numbers.
const TEXT_KEYS: [&str; 8] = [
    "access_key_id",
    "api_key",
    "api_key_file",
    "base_url",
    "kind",
    "model",
    "secret_access_key",
    "secret_access_key_file",
];

/// Inserts the value of a variable such as `assistant__timeouts__connect` (without prefix, in lower case) into its
/// section. Returns `false` if it names no section. Names of keys are checked when the section is read.
fn insert_section_variable(dict: &mut Dict, name: &str, text: &str) -> bool {
    let Some((section, path)) = name.split_once("__") else {
        return false;
    };
    let is_section = settings_table::find(section).is_some_and(|key| {
        matches!(
            key.kind,
            SettingKind::Section | SettingKind::SwitchedSection
        )
    });
    if !is_section {
        return false;
    }
    let mut table = dict;
    let mut tables: Vec<&str> = vec![section];
    tables.extend(path.split("__"));
    let key = tables.pop().unwrap_or_default();
    for name in tables {
        let inner = table
            .entry(name.to_owned())
            .or_insert_with(|| Value::from(Dict::new()));
        let Value::Dict(_, inner) = inner else {
            return true;
        };
        table = inner;
    }
    let value = match TEXT_KEYS.contains(&key) {
        true => Value::from(text),
        false => infer_toml_value(text),
    };
    table.insert(key.to_owned(), value);
    true
}

/// Converts the text of a dialect's setting. Its type is unknown here, so a text that parses as a TOML value becomes
/// that value, and any other text a string.
fn infer_toml_value(text: &str) -> Value {
    toml::from_str::<Dict>(&format!("value = {text}"))
        .ok()
        .and_then(|mut dict| dict.remove("value"))
        .unwrap_or_else(|| Value::from(text))
}

/// Parses the configuration file and rejects unknown keys and dialects.
pub(super) fn from_file(
    path: &Path,
    text: &str,
    dialects: &[&'static str],
) -> Result<SettingsSource, CliError> {
    let file_name = path.display().to_string();
    let dict: Dict = toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map(|span| format!(", line {}", locate::line_number(text, span.start)));
        CliError::new(
            ExitKind::Usage,
            format!(
                "{file_name}{} cannot be read: {}",
                line.unwrap_or_default(),
                error.message()
            ),
        )
    })?;
    let known: Vec<&str> = SETTINGS.iter().map(|key| key.name).collect();
    if let Some(name) = dict.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(unknown_setting_error(
            format!(
                "unknown key `{name}` in {}",
                locate::locate_key(&file_name, text, &[name])
            ),
            nearest(name, known.iter().copied()),
        ));
    }
    if let Some(Value::Dict(_, sections)) = dict.get("dialects") {
        for name in sections.keys() {
            if !dialects.contains(&name.as_str()) {
                return Err(unknown_setting_error(
                    format!(
                        "unknown dialect `{name}` in {}",
                        locate::locate_key(&file_name, text, &["dialects", name])
                    ),
                    nearest(name, dialects.iter().copied()),
                ));
            }
        }
    }
    Ok(SettingsSource {
        name: file_name,
        dict,
    })
}

/// Builds the error of an unknown name, with the nearest known name as a hint.
pub(super) fn unknown_setting_error(message: String, suggestion: Option<&str>) -> CliError {
    let error = CliError::new(ExitKind::Usage, message);
    match suggestion {
        Some(name) => error.with_hint(format!("did you mean {name}?")),
        None => error.with_hint("see: parlor --help"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switch_and_keys_of_a_section_are_merged_in_any_order() {
        let switch = ("PARLOR_SIMULATOR", "true");
        let key = ("PARLOR_SIMULATOR__SEED", "7");
        for variables in [[switch, key], [key, switch]] {
            let variables = variables.map(|(name, text)| (name.to_owned(), text.to_owned()));
            let Ok(source) = from_variables(variables, &[]) else {
                panic!("refused");
            };
            let Some(Value::Dict(_, section)) = source.dict.get("simulator") else {
                panic!("no section");
            };
            assert_eq!(section.get("enabled"), Some(&Value::from(true)));
            assert_eq!(section.get("seed"), Some(&Value::from(7_i64)));
        }
    }
}
