//! Settings of this dialect in the configuration.

use serde::Deserialize;

/// Settings, mostly for points on which the vendor's pages disagree.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether an API key is accepted as bearer token, as one legacy integration sends it.
    pub accept_raw_key_bearer: bool,
    /// Form of an error's body.
    pub error_style: ErrorStyle,
    /// Whether visitors of a web page may create a space without a credential, as the browser widget does.
    pub anonymous_spaces: bool,
    /// Form of a list of roles.
    pub role_list: RoleList,
}

/// Form of a list of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum RoleList {
    /// `{"roles": [...], "total": n}`, as the vendor's page documents it.
    #[default]
    #[serde(rename = "object")]
    Object,
    /// An array, as the vendor's newest client expects it.
    #[serde(rename = "array")]
    Array,
}

/// Form of an error's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum ErrorStyle {
    /// `{"error": type, "message": text}`, as the endpoint pages document it.
    #[default]
    #[serde(rename = "message")]
    Message,
    /// `{"error": text, "errorId": request}`, as a newer page on errors documents it.
    #[serde(rename = "errorId")]
    ErrorId,
}
