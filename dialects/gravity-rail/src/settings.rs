//! Configuration of the dialect.

use serde::Deserialize;

/// The section `gravity-rail`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The models that chats may name. If empty, any name is accepted.
    pub models: Vec<ModelConfig>,
}

/// A model of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The name that chats use.
    pub name: String,
    /// Whether it is for voice turns rather than text turns.
    #[serde(default)]
    pub realtime: bool,
}
