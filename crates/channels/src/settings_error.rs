//! Errors of settings.

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct ChannelSettingsError {
    /// Name of the setting.
    pub field: &'static str,
    /// What the setting must be. It contains no value.
    pub reason: &'static str,
}

/// Creates an error.
pub(crate) const fn settings_error(
    field: &'static str,
    reason: &'static str,
) -> ChannelSettingsError {
    ChannelSettingsError { field, reason }
}
