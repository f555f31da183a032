//! The sections of carriers: `sms`, `voice`, `smtp` and `mail_in`.

use std::path::Path;

use parlor_channels::CarrierSettings;

use super::{ServerConfig, section_error};
use crate::cli_error::CliError;

impl ServerConfig {
    /// Returns the settings of carriers. Those of a simulator are known when it has its ports.
    pub(crate) fn carrier_settings(&self) -> CarrierSettings {
        let simulated = self.simulated_channels();
        CarrierSettings {
            sms: self.sms.clone().filter(|_| !simulated.sms),
            voice: self.voice.clone().filter(|_| !simulated.voice),
            smtp: self.smtp.clone().filter(|_| !simulated.smtp),
            mail_in: self.mail_in.clone().filter(|_| !simulated.mail_in),
        }
    }

    /// Returns the files that hold secrets of carriers.
    pub(crate) fn carrier_secret_files(&self) -> impl Iterator<Item = &Path> {
        let accounts = self.sms.iter().chain(&self.voice);
        let tokens = accounts.filter_map(|account| account.auth_token_file.as_deref());
        let smtp = self.smtp.as_ref();
        let mail_in = self.mail_in.as_ref();
        let password = smtp.and_then(|smtp| smtp.password_file.as_deref());
        let mail_token = mail_in.and_then(|mail_in| mail_in.token_file.as_deref());
        let mail_key = mail_in.and_then(|mail_in| mail_in.tls_key_file.as_deref());
        let dkim = smtp.into_iter().flat_map(|smtp| &smtp.dkim);
        let dkim = dkim.map(|dkim| dkim.private_key_file.as_path());
        let mail_in = mail_token.into_iter().chain(mail_key);
        tokens.chain(password).chain(mail_in).chain(dkim)
    }

    /// Checks all sections.
    pub(super) fn validate_carriers(&self) -> Result<(), CliError> {
        for (section, account) in [("sms", &self.sms), ("voice", &self.voice)] {
            if let Some(account) = account {
                account
                    .validate()
                    .map_err(|error| section_error(section, error.field, error.reason))?;
            }
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
