//! The operator's choices for this dialect.

use serde::Deserialize;

/// Where the vendor's own pages disagree, the operator chooses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Take an API key itself as the bearer token, as one legacy integration sends it.
    pub accept_raw_key_bearer: bool,
    /// What an error's body looks like.
    pub error_style: ErrorStyle,
    /// Let a web page's visitors have a space of their own without any credential, as the browser widget asks for one.
    pub anonymous_spaces: bool,
    /// What a list of roles looks like.
    pub role_list: RoleList,
}

/// What a list of roles looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum RoleList {
    /// `{"roles": [...], "total": n}`, as the vendor's page shows it.
    #[default]
    #[serde(rename = "object")]
    Object,
    /// The bare array that the vendor's newest client reads.
    #[serde(rename = "array")]
    Array,
}

/// What an error's body looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum ErrorStyle {
    /// `{"error": type, "message": text}`, as the endpoint pages show it.
    #[default]
    #[serde(rename = "message")]
    Message,
    /// `{"error": text, "errorId": request}`, as a newer page on errors shows it.
    #[serde(rename = "errorId")]
    ErrorId,
}
