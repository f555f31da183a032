//! The sections of assistants.

use std::path::Path;

use parlor_assistant::registry::ServerAssistantSettings;

use super::{ServerConfig, section_error};
use crate::cli_error::CliError;

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
                .map_err(|error| section_error("assistant", error.field, error.reason))?;
        }
        self.assistant_turns
            .validate()
            .map_err(|error| section_error("assistant_turns", error.field, error.reason))
    }
}
