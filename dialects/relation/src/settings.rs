//! The operator's choices for this dialect.

use parlor_kit::{AppState, ids};
use parlor_model::id::WorkspaceId;
use serde::{Deserialize, Deserializer, de};

/// How messages run within a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListOrder {
    /// From old to new, as the vendor's clients take them.
    #[default]
    Asc,
    /// From new to old, as the vendor's page says.
    Desc,
}

/// The section `relation` of the configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Only sign-in texts that name this site are taken (EIP-4361). The vendor's two older forms name none, so that a
    /// hostile page could have one signed; they are taken unless this is set.
    pub require_siwe: bool,
    /// The sites a sign-in text may name, as `host` or `host:port`; the server's own address where none is given.
    pub domains: Vec<String>,
    /// A member is only named by a text whose checksum is right.
    pub strict_ids: bool,
    /// How messages run within a page, where a request does not say.
    pub message_list_order: ListOrder,
    /// The workspace that the signer's own paths serve for callers without an `ApiKey`; by default the only one there
    /// is.
    #[serde(deserialize_with = "workspace")]
    pub signer_workspace: Option<WorkspaceId>,
}

impl Settings {
    /// Whether a sign-in text may name this site.
    pub(crate) fn is_own_domain(&self, app: &AppState, domain: &str) -> bool {
        if self.domains.is_empty() {
            let url = &app.settings.public_url;
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            let host = rest.split('/').next().unwrap_or(rest);
            return host.eq_ignore_ascii_case(domain);
        }
        self.domains
            .iter()
            .any(|own| own.eq_ignore_ascii_case(domain))
    }
}

fn workspace<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<WorkspaceId>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|text| {
            ids::parse_uuid(&text)
                .ok_or_else(|| de::Error::custom("signer_workspace must be a workspace's id"))
        })
        .transpose()
}
