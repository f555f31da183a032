//! The parts of `deny.toml` that can be checked offline.

use anyhow::{Context, Result};
use serde::Deserialize;

/// Path of the policy.
pub(crate) const POLICY_PATH: &str = "deny.toml";

/// Policy on external crates.
#[derive(Deserialize)]
pub(super) struct CratePolicy {
    pub(super) licenses: LicensePolicy,
    pub(super) bans: BanPolicy,
}

/// Allowed licences, by SPDX name.
#[derive(Deserialize)]
pub(super) struct LicensePolicy {
    pub(super) allow: Vec<String>,
}

/// Banned crates, and allowed duplicate versions.
#[derive(Deserialize)]
pub(super) struct BanPolicy {
    #[serde(default)]
    pub(super) deny: Vec<DenyEntry>,
    #[serde(default)]
    pub(super) skip: Vec<SkipEntry>,
}

/// Banned crate; `wrappers` may depend on it.
#[derive(Deserialize)]
pub(super) struct DenyEntry {
    #[serde(rename = "crate")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
    pub(super) reason: String,
}

/// Allowed duplicate: `name@version`, where the version may be a prefix (`1`, `0.22`).
#[derive(Deserialize)]
pub(super) struct SkipEntry {
    #[serde(rename = "crate")]
    pub(super) spec: String,
    pub(super) reason: String,
}

impl CratePolicy {
    /// Parses the policy.
    ///
    /// # Errors
    /// If the text is not TOML of the expected form.
    pub(super) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).with_context(|| format!("{POLICY_PATH} cannot be read"))
    }
}

impl SkipEntry {
    /// Returns whether the entry covers a version of a crate.
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
