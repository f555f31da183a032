//! The section of webhooks.

use std::time::Duration;

use parlor_channels::webhook::WebhookSettings;
use serde::Deserialize;

use super::parse::deserialize_duration;
use super::{ServerConfig, section_error};
use crate::cli_error::CliError;

/// The section `webhooks`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WebhookSection {
    allow_http: bool,
    max_attempts: u32,
    #[serde(deserialize_with = "deserialize_duration")]
    first_delay: Duration,
    #[serde(deserialize_with = "deserialize_duration")]
    max_delay: Duration,
    #[serde(deserialize_with = "deserialize_duration")]
    pause_after: Duration,
    #[serde(deserialize_with = "deserialize_duration")]
    timeout: Duration,
    #[serde(deserialize_with = "deserialize_duration")]
    keep: Duration,
    max_concurrent: usize,
}

impl Default for WebhookSection {
    fn default() -> Self {
        let settings = WebhookSettings::default();
        Self {
            allow_http: settings.allow_http,
            max_attempts: settings.max_attempts,
            first_delay: settings.first_delay,
            max_delay: settings.max_delay,
            pause_after: settings.pause_after,
            timeout: settings.timeout,
            keep: settings.keep,
            max_concurrent: settings.max_concurrent,
        }
    }
}

/// Largest number of attempts: with the default pauses, a little more than a week.
const MAX_ATTEMPTS: u32 = 30;
/// Longest time in which a receiver must answer.
const MAX_TIMEOUT: Duration = Duration::from_secs(60);
/// Longest of the other times.
const MAX_TIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl ServerConfig {
    /// Returns the settings of webhooks.
    pub(crate) fn webhook_settings(&self) -> WebhookSettings {
        let section = self.webhooks;
        WebhookSettings {
            allow_http: section.allow_http,
            max_attempts: section.max_attempts,
            first_delay: section.first_delay,
            max_delay: section.max_delay,
            pause_after: section.pause_after,
            timeout: section.timeout,
            keep: section.keep,
            max_concurrent: section.max_concurrent,
            ..WebhookSettings::default()
        }
    }

    /// Checks the section.
    pub(super) fn validate_webhooks(&self) -> Result<(), CliError> {
        let section = &self.webhooks;
        let second = Duration::from_secs(1);
        let checks = [
            (
                "max_attempts",
                (1..=MAX_ATTEMPTS).contains(&section.max_attempts),
                "must be from 1 to 30",
            ),
            (
                "timeout",
                (second..=MAX_TIMEOUT).contains(&section.timeout),
                "must be from 1s to 60s",
            ),
            (
                "max_concurrent",
                (1..=10_000).contains(&section.max_concurrent),
                "must be from 1 to 10000",
            ),
            (
                "first_delay",
                section.first_delay <= MAX_TIME,
                "must be 365d at most",
            ),
            (
                "max_delay",
                section.max_delay <= MAX_TIME,
                "must be 365d at most",
            ),
            (
                "pause_after",
                section.pause_after <= MAX_TIME,
                "must be 365d at most",
            ),
            (
                "keep",
                (second..=MAX_TIME).contains(&section.keep),
                "must be from 1s to 365d",
            ),
        ];
        match checks.into_iter().find(|(_, holds, _)| !holds) {
            None => Ok(()),
            Some((field, _, rule)) => Err(section_error("webhooks", field, rule)),
        }
    }
}
