//! The sections of carriers: `sms` and `smtp`.

use std::path::Path;

use parlor_channels::CarrierSettings;

use super::{ServerConfig, section_error};
use crate::cli_error::CliError;

impl ServerConfig {
    /// Returns the settings of carriers.
    pub(crate) fn carrier_settings(&self) -> CarrierSettings {
        CarrierSettings {
            sms: self.sms.clone(),
            smtp: self.smtp.clone(),
        }
    }

    /// Returns the files that hold secrets of carriers.
    pub(crate) fn carrier_secret_files(&self) -> impl Iterator<Item = &Path> {
        let sms = self.sms.as_ref();
        let smtp = self.smtp.as_ref();
        let token = sms.and_then(|sms| sms.auth_token_file.as_deref());
        let password = smtp.and_then(|smtp| smtp.password_file.as_deref());
        token.into_iter().chain(password)
    }

    /// Checks both sections.
    pub(super) fn validate_carriers(&self) -> Result<(), CliError> {
        if let Some(sms) = &self.sms {
            sms.validate()
                .map_err(|error| section_error("sms", error.field, error.reason))?;
        }
        if let Some(smtp) = &self.smtp {
            smtp.validate()
                .map_err(|error| section_error("smtp", error.field, error.reason))?;
        }
        Ok(())
    }
}
