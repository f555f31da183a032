//! The section `relation` of the configuration.

use parlor_kit::{AppState, ids};
use parlor_model::id::WorkspaceId;
use serde::{Deserialize, Deserializer, de};

/// Order of the messages within a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListOrder {
    /// Oldest first, which the vendor's clients expect.
    #[default]
    Asc,
    /// Newest first, which the vendor's page describes.
    Desc,
}

/// The operator's settings for this dialect.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Accepts only sign-in texts that name this site (EIP-4361). The vendor's two older forms name none, so a hostile
    /// page could have one signed; they are accepted unless this is set.
    pub require_siwe: bool,
    /// The sites that a sign-in text may name, as `host` or `host:port`; if empty, the host of the server's public URL.
    pub domains: Vec<String>,
    /// Requires valid checksums in relationIds.
    pub strict_ids: bool,
    /// Order of the messages within a page, unless the request sets it.
    pub message_list_order: ListOrder,
    /// The workspace that the signer's paths use for requests without an `ApiKey`; by default the only workspace, if
    /// there is one.
    #[serde(deserialize_with = "workspace")]
    pub signer_workspace: Option<WorkspaceId>,
}

impl Settings {
    /// Whether a sign-in text may name `domain`.
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
