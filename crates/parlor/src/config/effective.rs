//! The settings as they apply, and where each comes from.

use figment::Figment;
use serde_json::{Value, json};

use super::settings_table::{SETTINGS, SettingKind, SettingSpec};

/// Settings whose values may be shown: neither secrets nor addresses of others.
const HIDDEN: [&str; 4] = [
    "database",
    "master_key",
    "trusted_proxies",
    "agent_server_networks",
];

/// A setting as it applies.
#[derive(Debug, Clone)]
pub(crate) struct EffectiveSetting {
    /// Its definition.
    pub(crate) spec: &'static SettingSpec,
    /// Its value as text; `set` for one that is not shown, empty for none.
    pub(crate) value: String,
    /// Where it comes from.
    pub(crate) source: String,
}

impl EffectiveSetting {
    /// Returns whether it is not the default.
    pub(crate) fn is_changed(&self) -> bool {
        self.value != self.spec.default
    }

    /// Renders it for the command line.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "setting": self.spec.name,
            "value": self.value,
            "default": self.spec.default,
            "source": self.source,
        })
    }
}

/// Returns all settings of a merged configuration.
pub(super) fn effective_settings(figment: &Figment) -> Vec<EffectiveSetting> {
    SETTINGS
        .iter()
        .map(|spec| {
            let found = figment.find_value(spec.name).ok();
            let source = found
                .as_ref()
                .and_then(|value| figment.get_metadata(value.tag()))
                .map_or("the defaults", |metadata| metadata.name.as_ref());
            let is_hidden = HIDDEN.contains(&spec.name)
                || matches!(
                    spec.kind,
                    SettingKind::Section
                        | SettingKind::SwitchedSection
                        | SettingKind::DialectTables
                );
            let value = match &found {
                None => String::new(),
                Some(_) if is_hidden => "set".to_owned(),
                Some(value) => render(value),
            };
            let is_empty_list = spec.kind == SettingKind::List
                && found.as_ref().is_some_and(|value| render(value).is_empty());
            EffectiveSetting {
                spec,
                value: if is_empty_list { String::new() } else { value },
                source: source.to_owned(),
            }
        })
        .collect()
}

fn render(value: &figment::value::Value) -> String {
    use figment::value::Value as Raw;
    match value {
        Raw::String(_, text) => text.clone(),
        Raw::Bool(_, flag) => flag.to_string(),
        Raw::Num(_, number) => match (number.to_u128(), number.to_i128()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => number.to_string(),
            (None, None) => number
                .to_f64()
                .map(|number| number.to_string())
                .unwrap_or_default(),
        },
        Raw::Array(_, items) => items.iter().map(render).collect::<Vec<_>>().join(","),
        _ => String::new(),
    }
}
