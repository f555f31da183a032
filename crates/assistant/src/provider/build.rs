//! Providers from settings.

use std::sync::Arc;

use super::circuit_breaker::CircuitBreakingProvider;
use super::dependencies::ProviderDependencies;
use super::echo::EchoProvider;
use super::network_policy::NetworkPolicy;
use super::openai::{self, OpenAiProvider};
use super::retry::RetryingProvider;
use super::settings::{ProviderSettings, ProviderSettingsError};
use super::{Provider, ProviderKind};

/// Checks settings as [`build_provider`] does, and an address in the URL against the allowed networks. A name in the URL
/// is checked at each call.
///
/// # Errors
/// The first setting that cannot be used.
pub fn verify_settings(
    settings: &ProviderSettings,
    networks: &NetworkPolicy,
) -> Result<(), ProviderSettingsError> {
    settings.validate()?;
    match settings.kind {
        ProviderKind::Echo => Ok(()),
        ProviderKind::Openai => openai::verify_address(settings, networks),
    }
}

/// Creates the provider of the settings, with retries around a circuit breaker: each attempt counts as a request, and
/// no attempt follows when the circuit breaker has opened.
///
/// # Errors
/// The first setting that cannot be used.
pub fn build_provider(
    settings: &ProviderSettings,
    dependencies: &ProviderDependencies,
) -> Result<Arc<dyn Provider>, ProviderSettingsError> {
    settings.validate()?;
    match settings.kind {
        ProviderKind::Echo => Ok(Arc::new(EchoProvider::new(settings.echo_delay))),
        ProviderKind::Openai => {
            let provider = OpenAiProvider::new(settings, dependencies)?;
            let provider = CircuitBreakingProvider::new(
                provider,
                settings.circuit_breaker,
                Arc::clone(&dependencies.clock),
            );
            Ok(Arc::new(RetryingProvider::new(
                provider,
                settings.retry,
                Arc::clone(&dependencies.random),
            )))
        }
    }
}
