//! Errors of values with a wrong type or form, and of unknown keys in sections.

use std::path::Path;

use figment::error::Kind;
use parlor_kit::deserialize_error;

use super::{locate, source, suggest};
use crate::cli_error::{CliError, ExitKind};

/// Converts an error of reading the merged settings. `path` and `text` are the configuration file.
pub(super) fn value_error(
    error: &figment::Error,
    path: Option<&Path>,
    text: Option<&str>,
) -> CliError {
    let source_name = error.metadata.as_ref().map(|metadata| &*metadata.name);
    let key = error.path.join(".");
    let of_key = |name: &str| {
        let is_repeated = error.path.last().is_some_and(|last| last == name);
        match is_repeated || key.is_empty() {
            true => key.clone(),
            false => format!("{key}.{name}"),
        }
    };
    let origin = match (source_name, path, text) {
        (Some(name), Some(path), Some(text)) if path.display().to_string() == name => {
            let mut keys: Vec<&str> = error.path.iter().map(String::as_str).collect();
            if let Kind::UnknownField(field, _) = &error.kind
                && keys.last() != Some(&field.as_str())
            {
                keys.push(field);
            }
            format!(" in {}", locate::locate_key(name, text, &keys))
        }
        (Some(name), ..) => format!(" in {name}"),
        (None, ..) => String::new(),
    };
    match &error.kind {
        Kind::UnknownField(field, known) => source::unknown_setting_error(
            format!("unknown key `{}`{origin}", of_key(field)),
            suggest::nearest(field, known.iter().copied()),
        ),
        Kind::MissingField(field) => CliError::new(
            ExitKind::Usage,
            format!("`{}` is missing{origin}", of_key(field)),
        )
        .with_hint("see the section in docs/configuration.md"),
        Kind::UnknownVariant(_, known) => CliError::new(
            ExitKind::Usage,
            format!("`{key}`{origin}: must be one of {}", known.join(", ")),
        )
        .with_hint(format!("use one of {}", known.join(", "))),
        kind => {
            let rule = deserialize_error::describe_rule(&kind.to_string());
            let fix = match key.contains('.') {
                true => "see the section in docs/configuration.md",
                false => "see its line in: parlor serve --help",
            };
            CliError::new(ExitKind::Usage, format!("`{key}`{origin}: {rule}")).with_hint(fix)
        }
    }
}
