//! The sections of assistants.

use std::path::Path;

use parlor_assistant::provider::ProviderSettingsError;
use parlor_assistant::registry::ServerAssistantSettings;

use super::ServerConfig;
use crate::cli_error::{CliError, ExitKind};

impl ServerConfig {
    /// Returns the settings of assistants.
    pub(crate) fn assistant_settings(&self) -> ServerAssistantSettings {
        ServerAssistantSettings {
            provider: self.assistant.clone(),
            turns: self.assistant_turns,
        }
    }

    /// Returns the file that holds the provider's key, if configured.
    pub(crate) fn assistant_key_file(&self) -> Option<&Path> {
        self.assistant.as_ref()?.api_key_file.as_deref()
    }

    /// Checks both sections.
    pub(super) fn validate_assistant(&self) -> Result<(), CliError> {
        if let Some(provider) = &self.assistant {
            provider
                .validate()
                .map_err(|error| setting_error("assistant", &error))?;
        }
        self.assistant_turns
            .validate()
            .map_err(|error| setting_error("assistant_turns", &error))
    }
}

fn setting_error(section: &str, error: &ProviderSettingsError) -> CliError {
    CliError::new(
        ExitKind::Usage,
        format!("`{section}.{}` {}", error.field, error.reason),
    )
    .with_hint("see the section in docs/configuration.md")
}
