//! The parts of `deny.toml` that need no network.

use anyhow::{Context, Result};
use serde::Deserialize;

/// Where the policy stands.
pub(crate) const PATH: &str = "deny.toml";

/// What the workspace allows itself.
#[derive(Deserialize)]
pub(super) struct Policy {
    pub(super) licenses: Licenses,
    pub(super) bans: Bans,
}

/// Licences by their SPDX names.
#[derive(Deserialize)]
pub(super) struct Licenses {
    pub(super) allow: Vec<String>,
}

/// Crates that stay out, and versions that may stand beside the newest.
#[derive(Deserialize)]
pub(super) struct Bans {
    #[serde(default)]
    pub(super) deny: Vec<Deny>,
    #[serde(default)]
    pub(super) skip: Vec<Skip>,
}

/// One crate that must not be used, except through the crates named.
#[derive(Deserialize)]
pub(super) struct Deny {
    #[serde(rename = "crate")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
    pub(super) reason: String,
}

/// One older version that others still ask for: `name@version`, where the version may be a beginning (`1`, `0.22`).
#[derive(Deserialize)]
pub(super) struct Skip {
    #[serde(rename = "crate")]
    pub(super) spec: String,
    pub(super) reason: String,
}

impl Policy {
    /// # Errors
    /// When the text is not TOML of the expected shape.
    pub(super) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).with_context(|| format!("{PATH} cannot be read"))
    }
}

impl Skip {
    /// Whether this entry stands for the version of the crate.
    pub(super) fn matches(&self, name: &str, version: &str) -> bool {
        let Some((own, prefix)) = self.spec.split_once('@') else {
            return self.spec == name;
        };
        own == name
            && version
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '+', '-']))
    }
}
