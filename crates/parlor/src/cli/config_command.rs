//! `parlor config ...`: the settings as a file, as a table, and what differs from the defaults.

use clap::Subcommand;
use serde_json::{Value, json};

use super::print;
use crate::config::EffectiveSetting;
use crate::config::settings_table::{SETTINGS, SettingKind, SettingSpec};

pub(super) const EXAMPLES: &str = "\
Examples:
  parlor config default > parlor.toml
  parlor config doc
  parlor config diff --config parlor.toml";

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print a file with every setting and its default
    Default,
    /// List every setting: its names, its default, and what it is
    Doc,
    /// List the settings that differ from their defaults, and where they come from
    Diff,
}

/// Prints the settings.
pub(super) fn run(command: &ConfigCommand, effective: &[EffectiveSetting], json: bool) {
    match command {
        ConfigCommand::Default => print::text_line(&default_file()),
        ConfigCommand::Doc => {
            let rows: Value = SETTINGS.iter().map(describe).collect();
            print::result(&rows, json);
        }
        ConfigCommand::Diff => {
            let changed = effective.iter().filter(|setting| setting.is_changed());
            let rows: Value = changed.map(EffectiveSetting::to_json).collect();
            print::result(&rows, json);
        }
    }
}

fn describe(setting: &SettingSpec) -> Value {
    let flag = setting
        .has_flag
        .then(|| format!("--{}", setting.flag_name()));
    json!({
        "setting": setting.name,
        "flag": flag,
        "variable": setting.variable_name(),
        "default": setting.default,
        "help": setting.help,
    })
}

/// Renders a file in which every setting is a comment with its default.
fn default_file() -> String {
    let mut text = String::from(
        "# Settings of Parlor. Each line is the default: remove the # to change it.\n",
    );
    let mut group = "";
    for setting in SETTINGS {
        if setting.group.title() != group {
            group = setting.group.title();
            text.push_str(&format!("\n# {group}\n"));
        }
        text.push_str(&format!("\n# {}\n", setting.help));
        let line = match setting.kind {
            SettingKind::Section | SettingKind::SwitchedSection | SettingKind::DialectTables => {
                format!("# [{}]\n", setting.name)
            }
            SettingKind::Number | SettingKind::Boolean if !setting.default.is_empty() => {
                format!("# {} = {}\n", setting.name, setting.default)
            }
            SettingKind::List => {
                let items: Vec<String> = setting
                    .default
                    .split(',')
                    .filter(|item| !item.is_empty())
                    .map(|item| format!("{item:?}"))
                    .collect();
                format!("# {} = [{}]\n", setting.name, items.join(", "))
            }
            _ => format!("# {} = {:?}\n", setting.name, setting.default),
        };
        text.push_str(&line);
    }
    text.trim_end().to_owned()
}
