//! What providers need from the server.

use std::sync::Arc;

use parlor_model::time::{Clock, RandomSource};

use super::network_policy::NetworkPolicy;

/// What a provider needs from the server.
#[derive(Clone)]
pub struct ProviderDependencies {
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
    /// Source of the random part of delays.
    pub random: Arc<dyn RandomSource>,
    /// Addresses that the provider may have.
    pub networks: NetworkPolicy,
}
