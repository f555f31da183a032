//! The sections of carriers: `sms`, `smtp` and `mail_in`.

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
            mail_in: self.mail_in.clone(),
        }
    }

    /// Returns the files that hold secrets of carriers.
    pub(crate) fn carrier_secret_files(&self) -> impl Iterator<Item = &Path> {
        let sms = self.sms.as_ref();
        let smtp = self.smtp.as_ref();
        let mail_in = self.mail_in.as_ref();
        let token = sms.and_then(|sms| sms.auth_token_file.as_deref());
        let password = smtp.and_then(|smtp| smtp.password_file.as_deref());
        let mail_token = mail_in.and_then(|mail_in| mail_in.token_file.as_deref());
        token.into_iter().chain(password).chain(mail_token)
    }

    /// Checks the sections.
    pub(super) fn validate_carriers(&self) -> Result<(), CliError> {
        if let Some(sms) = &self.sms {
            sms.validate()
                .map_err(|error| section_error("sms", error.field, error.reason))?;
        }
        if let Some(smtp) = &self.smtp {
            smtp.validate()
                .map_err(|error| section_error("smtp", error.field, error.reason))?;
        }
        if let Some(mail_in) = &self.mail_in {
            mail_in
                .validate()
                .map_err(|error| section_error("mail_in", error.field, error.reason))?;
        }
        Ok(())
    }
}
