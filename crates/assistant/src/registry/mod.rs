//! Providers of workspaces: which settings apply, and one built provider for all requests with the same settings.
//!
//! Keeps INV-32 and INV-33 (`docs/invariants.md`).

mod effective;

use std::sync::Arc;
use std::time::Duration;

use parlor_channels::AllowedNetworks;
use parlor_model::assistant_settings::{AssistantSettings, ProviderKind};
use parlor_model::time::{Clock, RandomSource};
use quick_cache::sync::Cache;

use crate::provider::{
    NetworkPolicy, Provider, ProviderDependencies, ProviderSettings, ProviderSettingsError,
    build_provider, verify_settings,
};
use crate::token_rate::TokenRates;
use crate::turn_limits::TurnLimits;

pub use self::effective::{EffectiveSettings, ProviderSource};

/// Maximum number of providers that are kept. Each has connections and a circuit breaker.
const MAX_PROVIDERS: usize = 256;
/// Longest trial of a provider.
const MAX_PROBE_TIME: Duration = Duration::from_secs(300);

/// Settings of assistants in the configuration of the server.
#[derive(Debug, Clone, Default)]
pub struct ServerAssistantSettings {
    /// The provider of workspaces without one of their own.
    pub provider: Option<ProviderSettings>,
    /// Limits of turns.
    pub turns: TurnLimits,
}

/// What a [`ProviderRegistry`] needs from the server.
#[derive(Clone)]
pub struct ProviderRegistryDependencies {
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
    /// Source of the random part of delays.
    pub random: Arc<dyn RandomSource>,
    /// Networks that providers of workspaces may be in.
    pub workspace_networks: AllowedNetworks,
}

/// A provider to call on behalf of a workspace.
#[derive(Clone)]
pub struct ResolvedProvider {
    /// The provider. Requests with the same settings share it, with its connections and its circuit breaker.
    pub provider: Arc<dyn Provider>,
    /// Bytes per token of its models, by the usage that it has reported.
    pub token_rates: Arc<TokenRates>,
    /// Name of the model for [`CompletionRequest::model`](crate::provider::CompletionRequest::model).
    pub model: Option<String>,
    /// Limits of the workspace's turns.
    pub limits: TurnLimits,
    /// Kind of the provider; its text is a label of metrics.
    pub kind: ProviderKind,
    /// Whose settings it is made of; its text is a label of metrics.
    pub source: ProviderSource,
}

/// Builds providers and keeps them.
pub struct ProviderRegistry {
    server: ServerAssistantSettings,
    dependencies: ProviderRegistryDependencies,
    providers: Cache<ProviderKey, BuiltProvider>,
}

/// A provider, and what it has shown of its models.
#[derive(Clone)]
struct BuiltProvider {
    provider: Arc<dyn Provider>,
    token_rates: Arc<TokenRates>,
}

/// What distinguishes providers.
#[derive(Clone, PartialEq, Eq, Hash)]
struct ProviderKey {
    settings: ProviderSettings,
    source: ProviderSource,
}

impl ProviderRegistry {
    /// Creates a registry.
    ///
    /// # Errors
    /// The first setting of the server that cannot be used.
    pub fn new(
        server: ServerAssistantSettings,
        dependencies: ProviderRegistryDependencies,
    ) -> Result<Self, ProviderSettingsError> {
        if let Some(provider) = &server.provider {
            provider.validate()?;
        }
        server.turns.validate()?;
        Ok(Self {
            server,
            dependencies,
            providers: Cache::new(MAX_PROVIDERS),
        })
    }

    /// Returns the provider and the limits of a workspace with these settings, or `None` if there is no provider.
    ///
    /// # Errors
    /// The first setting of the workspace that cannot be used.
    pub fn resolve(
        &self,
        workspace: Option<&AssistantSettings>,
    ) -> Result<Option<ResolvedProvider>, ProviderSettingsError> {
        self.resolve_with(workspace, |key| {
            let build = || self.build(&key);
            self.providers.get_or_insert_with(&key, build)
        })
    }

    /// Returns a provider for a trial: a new one, which neither retries nor waits for longer than five minutes.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn build_for_probe(
        &self,
        workspace: Option<&AssistantSettings>,
    ) -> Result<Option<ResolvedProvider>, ProviderSettingsError> {
        self.resolve_with(workspace, |mut key| {
            key.settings.retry.max_attempts = 1;
            let timeouts = &mut key.settings.timeouts;
            timeouts.total = timeouts.total.min(MAX_PROBE_TIME);
            timeouts.first_token = timeouts.first_token.min(MAX_PROBE_TIME);
            self.build(&key)
        })
    }

    /// Checks a workspace's settings, with the address in the URL of its own provider.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn verify(&self, workspace: &AssistantSettings) -> Result<(), ProviderSettingsError> {
        let effective = self.effective(Some(workspace));
        effective.limits.validate()?;
        match (effective.provider, effective.source) {
            (Some(settings), Some(source)) => verify_settings(&settings, &self.networks(source)),
            _ => Ok(()),
        }
    }

    /// Returns the limits of the server.
    pub const fn server_limits(&self) -> TurnLimits {
        self.server.turns
    }

    /// Returns the settings that apply to a workspace.
    pub fn effective(&self, workspace: Option<&AssistantSettings>) -> EffectiveSettings {
        EffectiveSettings::new(&self.server, workspace)
    }

    fn resolve_with(
        &self,
        workspace: Option<&AssistantSettings>,
        provide: impl FnOnce(ProviderKey) -> Result<BuiltProvider, ProviderSettingsError>,
    ) -> Result<Option<ResolvedProvider>, ProviderSettingsError> {
        let effective = self.effective(workspace);
        effective.limits.validate()?;
        let (Some(settings), Some(source)) = (effective.provider, effective.source) else {
            return Ok(None);
        };
        let kind = settings.kind;
        let built = provide(ProviderKey { settings, source })?;
        Ok(Some(ResolvedProvider {
            provider: built.provider,
            token_rates: built.token_rates,
            model: effective.model,
            limits: effective.limits,
            kind,
            source,
        }))
    }

    fn build(&self, key: &ProviderKey) -> Result<BuiltProvider, ProviderSettingsError> {
        let dependencies = ProviderDependencies {
            clock: Arc::clone(&self.dependencies.clock),
            random: Arc::clone(&self.dependencies.random),
            networks: self.networks(key.source),
        };
        Ok(BuiltProvider {
            provider: build_provider(&key.settings, &dependencies)?,
            token_rates: Arc::default(),
        })
    }

    fn networks(&self, source: ProviderSource) -> NetworkPolicy {
        match source {
            ProviderSource::Server => NetworkPolicy::Unrestricted,
            ProviderSource::Workspace => {
                NetworkPolicy::Restricted(self.dependencies.workspace_networks.clone())
            }
        }
    }
}
