//! Validation of settings.

use std::time::Duration;

use parlor_model::assistant_settings::ProviderKind;
use reqwest::Url;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::ProviderSettings;

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct ProviderSettingsError {
    /// Name of the setting, such as `timeouts.connect`.
    pub field: &'static str,
    /// What the setting must be. It contains no value.
    pub reason: &'static str,
}

/// Longest duration of a setting.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

const fn settings_error(field: &'static str, reason: &'static str) -> ProviderSettingsError {
    ProviderSettingsError { field, reason }
}

/// Headers that the client sets itself.
const RESERVED_HEADERS: [HeaderName; 6] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::ACCEPT,
];

impl ProviderSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn validate(&self) -> Result<(), ProviderSettingsError> {
        if self.kind == ProviderKind::Openai {
            chat_completions_url(self)?;
            validate_key(self)?;
            header_map(self)?;
            if self
                .model
                .as_deref()
                .is_none_or(|name| name.trim().is_empty())
            {
                return Err(settings_error("model", "must name a model"));
            }
        }
        validate_numbers(self)
    }
}

fn validate_key(settings: &ProviderSettings) -> Result<(), ProviderSettingsError> {
    if settings.api_key.is_some() && settings.api_key_file.is_some() {
        return Err(settings_error(
            "api_key_file",
            "must not be set together with api_key",
        ));
    }
    let Some(key) = &settings.api_key else {
        return Ok(());
    };
    let key = key.expose();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(settings_error(
            "api_key",
            "must be letters, digits and signs without spaces",
        ));
    }
    Ok(())
}

fn validate_numbers(settings: &ProviderSettings) -> Result<(), ProviderSettingsError> {
    let timeouts = &settings.timeouts;
    let retry = &settings.retry;
    let open_time = settings.circuit_breaker.open_time;
    // Each with the smallest time that makes sense.
    let smallest = Duration::from_nanos(1);
    for (field, duration, min) in [
        ("timeouts.connect", timeouts.connect, smallest),
        ("timeouts.first_token", timeouts.first_token, smallest),
        ("timeouts.between_tokens", timeouts.between_tokens, smallest),
        ("timeouts.total", timeouts.total, smallest),
        ("circuit_breaker.open_time", open_time, smallest),
        ("retry.min_delay", retry.min_delay, Duration::ZERO),
        ("retry.max_delay", retry.max_delay, Duration::ZERO),
        ("retry.deadline", retry.deadline, Duration::ZERO),
        ("echo_delay", settings.echo_delay, Duration::ZERO),
    ] {
        if duration < min {
            return Err(settings_error(field, "must be longer than zero"));
        }
        if duration > MAX_DURATION {
            return Err(settings_error(field, "must be 24h at most"));
        }
    }
    let positive_numbers = [
        ("limits.max_event_bytes", settings.limits.max_event_bytes),
        (
            "limits.max_response_bytes",
            settings.limits.max_response_bytes,
        ),
        ("retry.max_attempts", settings.retry.max_attempts as usize),
        (
            "circuit_breaker.max_failures",
            settings.circuit_breaker.max_failures as usize,
        ),
    ];
    for (field, number) in positive_numbers {
        if number == 0 {
            return Err(settings_error(field, "must be at least 1"));
        }
    }
    Ok(())
}

/// Returns the URL of the endpoint. A query of the base URL is kept.
///
/// # Errors
/// If `base_url` is missing or cannot be used.
pub(crate) fn chat_completions_url(
    settings: &ProviderSettings,
) -> Result<Url, ProviderSettingsError> {
    let error = |reason| settings_error("base_url", reason);
    let text = settings.base_url.as_ref().ok_or_else(|| {
        error("must be the URL of the provider, such as http://127.0.0.1:8080/v1")
    })?;
    let mut url: Url = text
        .trim()
        .parse()
        .map_err(|_| error("must be a URL such as http://127.0.0.1:8080/v1"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(error("must begin with http:// or https:// and a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error(
            "must not contain a user or a password: set api_key or headers",
        ));
    }
    if url
        .path()
        .trim_end_matches('/')
        .ends_with("/chat/completions")
    {
        return Err(error("must end before /chat/completions"));
    }
    url.set_fragment(None);
    url.path_segments_mut()
        .map_err(|()| error("must have a path"))?
        .pop_if_empty()
        .extend(["chat", "completions"]);
    Ok(url)
}

/// Returns the configured headers.
///
/// # Errors
/// If a name or a value is no header, or the client sets the header itself.
pub(crate) fn header_map(settings: &ProviderSettings) -> Result<HeaderMap, ProviderSettingsError> {
    let error = |reason| settings_error("headers", reason);
    let has_key = settings.api_key.is_some() || settings.api_key_file.is_some();
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let name: HeaderName = name
            .parse()
            .map_err(|_| error("must have names of letters, digits and -"))?;
        if RESERVED_HEADERS.contains(&name) {
            return Err(error("must not set a header that each request has already"));
        }
        if has_key && name == header::AUTHORIZATION {
            return Err(error(
                "must not set authorization together with api_key or api_key_file",
            ));
        }
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| error("must have values without line breaks"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}
