//! Whether a workspace has a provider, for the engine.

use std::sync::Arc;

use parlor_engine::outbound::{Assistants, AvailabilityFuture};
use parlor_engine::{Engine, assistant_settings};

use crate::registry::ProviderRegistry;

/// Assistants whose providers are in a registry.
pub struct RegistryAssistants(Arc<ProviderRegistry>);

impl RegistryAssistants {
    /// Creates assistants with these providers.
    pub const fn new(registry: Arc<ProviderRegistry>) -> Self {
        Self(registry)
    }
}

impl Assistants for RegistryAssistants {
    fn is_available<'a>(&'a self, engine: &'a Engine, ws: i64) -> AvailabilityFuture<'a> {
        Box::pin(async move {
            // A workspace can replace the server's provider, not switch it off.
            match self.0.effective(None).provider {
                Some(_) => Ok(true),
                None => assistant_settings::has_provider(engine, ws).await,
            }
        })
    }
}
