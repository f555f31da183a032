//! Where the provider of a workspace comes from.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use parlor_engine::Engine;
use parlor_model::Result;

use crate::provider::Provider;

/// Limits of the turns of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnLimits {
    /// Turns of the workspace at once.
    pub max_concurrent_turns_per_workspace: usize,
    /// Turns a day (UTC); `None` without a limit.
    pub requests_per_day: Option<u64>,
    /// Tokens a day (UTC), of prompts and answers; `None` without a limit.
    pub tokens_per_day: Option<u64>,
    /// Tokens of a prompt, estimated.
    pub history_tokens: usize,
    /// Tokens of an answer; the provider's default if `None`.
    pub max_output_tokens: Option<u32>,
}

impl Default for TurnLimits {
    fn default() -> Self {
        Self {
            max_concurrent_turns_per_workspace: 16,
            requests_per_day: None,
            tokens_per_day: None,
            history_tokens: 8192,
            max_output_tokens: None,
        }
    }
}

/// Provider of a workspace, with its limits.
#[derive(Clone)]
pub struct WorkspaceProvider {
    /// The provider.
    pub provider: Arc<dyn Provider>,
    /// Limits of the workspace's turns.
    pub limits: TurnLimits,
}

/// Future of [`ProviderSource::find_provider`].
pub type ProviderFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<WorkspaceProvider>>> + Send + 'a>>;

/// Knows the providers of workspaces.
pub trait ProviderSource: Send + Sync + 'static {
    /// Returns the provider of a workspace, by number, if it has one.
    fn find_provider<'a>(&'a self, engine: &'a Engine, ws: i64) -> ProviderFuture<'a>;
}
