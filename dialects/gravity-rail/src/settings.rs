//! The operator's choices for this dialect.

use serde::Deserialize;

/// The section of the configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The models chats may name. While there are none, any name is taken as it is given.
    pub models: Vec<ModelConfig>,
}

/// A model that chats may name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Its name.
    pub name: String,
    /// Whether it speaks: for calls rather than for text.
    #[serde(default)]
    pub realtime: bool,
}
