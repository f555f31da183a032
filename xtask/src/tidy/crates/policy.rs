//! The parts of `deny.toml` that need no network.

use anyhow::{Context, Result};
use serde::Deserialize;

/// Where the policy stands.
pub(crate) const POLICY_PATH: &str = "deny.toml";

/// What the workspace allows itself.
#[derive(Deserialize)]
pub(super) struct CratePolicy {
    pub(super) licenses: LicensePolicy,
    pub(super) bans: BanPolicy,
}

/// Licences by their SPDX names.
#[derive(Deserialize)]
pub(super) struct LicensePolicy {
    pub(super) allow: Vec<String>,
}

/// Crates that stay out, and versions that may stand beside the newest.
#[derive(Deserialize)]
pub(super) struct BanPolicy {
    #[serde(default)]
    pub(super) deny: Vec<DenyEntry>,
    #[serde(default)]
    pub(super) skip: Vec<SkipEntry>,
}

/// One crate that must not be used, except through the crates named.
#[derive(Deserialize)]
pub(super) struct DenyEntry {
    #[serde(rename = "crate")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
    pub(super) reason: String,
}

/// One older version that others still ask for: `name@version`, where the version may be a beginning (`1`, `0.22`).
#[derive(Deserialize)]
pub(super) struct SkipEntry {
    #[serde(rename = "crate")]
    pub(super) spec: String,
    pub(super) reason: String,
}

impl CratePolicy {
    /// # Errors
    /// When the text is not TOML of the expected shape.
    pub(super) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).with_context(|| format!("{POLICY_PATH} cannot be read"))
    }
}

impl SkipEntry {
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
