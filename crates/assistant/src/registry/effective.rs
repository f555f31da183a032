//! The settings that apply to a workspace.

use parlor_model::assistant_settings::{AssistantLimits, AssistantSettings};

use super::ServerAssistantSettings;
use crate::provider::{ProviderKind, ProviderSettings};
use crate::turn_limits::TurnLimits;

/// Whose settings a provider is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderSource {
    /// The configuration of the server.
    Server,
    /// The workspace.
    Workspace,
}

impl ProviderSource {
    /// Returns the source as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Workspace => "workspace",
        }
    }
}

/// The settings that apply to a workspace.
#[derive(Debug, Clone)]
pub struct EffectiveSettings {
    /// Settings of the provider, if there is one.
    pub provider: Option<ProviderSettings>,
    /// Whose provider it is.
    pub source: Option<ProviderSource>,
    /// Name of the model.
    pub model: Option<String>,
    /// Limits of turns.
    pub limits: TurnLimits,
}

impl EffectiveSettings {
    /// Joins the settings of a server and of a workspace. A workspace with a provider of its own has the server's
    /// time-outs, size limits, retries and circuit breaker, and none of its keys and headers.
    pub(super) fn new(
        server: &ServerAssistantSettings,
        workspace: Option<&AssistantSettings>,
    ) -> Self {
        let own = workspace.and_then(|workspace| {
            let kind = workspace.kind?;
            Some(own_provider(server.provider.as_ref(), workspace, kind))
        });
        let source = match (&own, &server.provider) {
            (Some(_), _) => Some(ProviderSource::Workspace),
            (None, Some(_)) => Some(ProviderSource::Server),
            (None, None) => None,
        };
        let provider = own.or_else(|| server.provider.clone());
        let model = workspace
            .and_then(|workspace| workspace.model.clone())
            .or_else(|| provider.as_ref()?.model.clone());
        let limits = workspace.map(|workspace| join_limits(server.turns, workspace.limits));
        Self {
            provider,
            source,
            model,
            limits: limits.unwrap_or(server.turns),
        }
    }
}

fn own_provider(
    server: Option<&ProviderSettings>,
    workspace: &AssistantSettings,
    kind: ProviderKind,
) -> ProviderSettings {
    let mut settings = ProviderSettings {
        base_url: workspace.base_url.clone(),
        api_key: workspace.api_key.as_ref().map(|key| key.as_str().into()),
        model: workspace.model.clone(),
        headers: workspace.headers.clone(),
        ..ProviderSettings::new(kind)
    };
    if let Some(server) = server {
        settings.timeouts = server.timeouts;
        settings.limits = server.limits;
        settings.retry = server.retry;
        settings.circuit_breaker = server.circuit_breaker;
        settings.echo_delay = server.echo_delay;
    }
    if let Some(field) = workspace.max_tokens_field {
        settings.max_tokens_field = field;
    }
    if let Some(request_usage) = workspace.request_usage {
        settings.request_usage = request_usage;
    }
    settings
}

/// Joins limits. A workspace can only lower what protects the server; the lengths of prompts and responses are those of
/// its model.
fn join_limits(server: TurnLimits, workspace: AssistantLimits) -> TurnLimits {
    fn lower<T: Ord>(server: T, workspace: Option<T>) -> T {
        match workspace {
            Some(own) => own.min(server),
            None => server,
        }
    }
    let lower_quota = |server: Option<u64>, workspace: Option<u64>| match server {
        Some(server) => Some(lower(server, workspace)),
        None => workspace,
    };
    TurnLimits {
        max_concurrent_turns: server.max_concurrent_turns,
        max_concurrent_turns_per_workspace: lower(
            server.max_concurrent_turns_per_workspace,
            workspace.max_concurrent_turns,
        ),
        requests_per_day: lower_quota(server.requests_per_day, workspace.requests_per_day),
        tokens_per_day: lower_quota(server.tokens_per_day, workspace.tokens_per_day),
        max_tool_rounds: lower(server.max_tool_rounds, workspace.max_tool_rounds),
        history_tokens: workspace.history_tokens.unwrap_or(server.history_tokens),
        max_output_tokens: workspace.max_output_tokens.or(server.max_output_tokens),
    }
}
