//! `parlor assistant show`

use std::time::Duration;

use parlor_assistant::TurnLimits;
use parlor_assistant::provider::{ProviderKind, ProviderSettings};
use parlor_assistant::registry::{EffectiveSettings, ProviderRegistry, ProviderSource};
use parlor_engine::assistant_settings;
use parlor_model::Ctx;
use parlor_model::assistant_settings::{AssistantLimits, AssistantSettingsDetails};
use serde_json::{Value, json};

use crate::cli_error::CliError;
use crate::control::execute::CommandContext;

pub(super) async fn show(
    context: CommandContext<'_>,
    ctx: Option<&Ctx>,
) -> Result<Value, CliError> {
    let details = match ctx {
        Some(ctx) => assistant_settings::find(context.engine, ctx).await?,
        None => None,
    };
    Ok(render(context.providers, details.as_ref()))
}

/// Rows of `{setting, value, source}`: what applies, and where it comes from.
#[derive(Default)]
struct SettingRows(Vec<Value>);

impl SettingRows {
    fn push(&mut self, setting: &str, value: impl Into<Value>, source: &str) {
        let value = value.into();
        self.0
            .push(json!({ "setting": setting, "value": value, "source": source }));
    }

    /// Adds a value of the server, which may be the default.
    fn push_of_server<T: PartialEq>(
        &mut self,
        setting: &str,
        (value, default): (T, T),
        render: impl FnOnce(T) -> Value,
    ) {
        let source = match value == default {
            true => "default",
            false => "server",
        };
        self.push(setting, render(value), source);
    }

    /// Adds a limit: the workspace's if it applies, otherwise the server's.
    fn push_limit<T: Copy + PartialEq + Into<Value>>(
        &mut self,
        setting: &str,
        own: Option<T>,
        value: Option<T>,
        default: Option<T>,
    ) {
        let source = match (&own, &value) {
            (Some(_), _) if own == value => "workspace",
            (_, None) => "none",
            _ if value == default => "default",
            _ => "server",
        };
        self.push(setting, value.map_or(Value::Null, Into::into), source);
    }
}

/// Renders the settings that apply to a workspace, or to the server.
pub(super) fn render(
    registry: &ProviderRegistry,
    details: Option<&AssistantSettingsDetails>,
) -> Value {
    let effective = registry.effective(details.map(|details| &details.settings));
    let mut rows = SettingRows::default();
    match &effective.provider {
        Some(provider) => push_provider(&mut rows, provider, &effective, details),
        None => rows.push("kind", Value::Null, "none"),
    }
    let own = details.map(|details| details.settings.limits);
    push_limits(&mut rows, own.unwrap_or_default(), effective.limits);
    Value::Array(rows.0)
}

fn push_provider(
    rows: &mut SettingRows,
    provider: &ProviderSettings,
    effective: &EffectiveSettings,
    details: Option<&AssistantSettingsDetails>,
) {
    let is_own = effective.source == Some(ProviderSource::Workspace);
    let source = effective.source.map_or("none", ProviderSource::as_str);
    let or_none = |is_set: bool| if is_set { source } else { "none" };
    let own = details.map(|details| &details.settings);
    rows.push("kind", provider.kind.as_str(), source);
    let has_own_model = own.is_some_and(|own| own.model.is_some());
    let model_source = match (&effective.model, has_own_model) {
        (None, _) => "none",
        (Some(_), true) => "workspace",
        (Some(_), false) => source,
    };
    rows.push("model", effective.model.clone(), model_source);
    if provider.kind == ProviderKind::Echo {
        rows.push_of_server("echo_delay", (provider.echo_delay, Duration::ZERO), time);
        return;
    }
    let url = provider.base_url.as_ref().map(|url| visible_url(url));
    rows.push("base_url", url.clone(), or_none(url.is_some()));
    let has_key = match is_own {
        true => details.is_some_and(|details| details.has_api_key),
        false => provider.api_key.is_some() || provider.api_key_file.is_some(),
    };
    let key_text = if has_key { "set" } else { "not set" };
    rows.push("api_key", key_text, or_none(has_key));
    let names: Vec<&str> = provider.headers.keys().map(String::as_str).collect();
    rows.push("headers", json!(names), or_none(!names.is_empty()));
    let default = ProviderSettings::new(provider.kind);
    let of_either = |is_own_value: bool, is_default: bool| match (is_own_value, is_default) {
        (true, _) => "workspace",
        (false, true) => "default",
        (false, false) => "server",
    };
    let field_source = of_either(
        is_own && own.is_some_and(|own| own.max_tokens_field.is_some()),
        provider.max_tokens_field == default.max_tokens_field,
    );
    let field = provider.max_tokens_field.as_str();
    rows.push("max_tokens_field", field, field_source);
    let usage_source = of_either(
        is_own && own.is_some_and(|own| own.request_usage.is_some()),
        provider.request_usage == default.request_usage,
    );
    rows.push("request_usage", provider.request_usage, usage_source);
    push_bounds(rows, provider, &default);
}

fn push_bounds(rows: &mut SettingRows, provider: &ProviderSettings, default: &ProviderSettings) {
    let (own, other) = (&provider.timeouts, &default.timeouts);
    for (setting, values) in [
        ("timeouts.connect", (own.connect, other.connect)),
        ("timeouts.first_token", (own.first_token, other.first_token)),
        (
            "timeouts.between_tokens",
            (own.between_tokens, other.between_tokens),
        ),
        ("timeouts.total", (own.total, other.total)),
    ] {
        rows.push_of_server(setting, values, time);
    }
    let (own, other) = (&provider.limits, &default.limits);
    for (setting, values) in [
        (
            "limits.max_event_bytes",
            (own.max_event_bytes, other.max_event_bytes),
        ),
        (
            "limits.max_response_bytes",
            (own.max_response_bytes, other.max_response_bytes),
        ),
    ] {
        rows.push_of_server(setting, values, Value::from);
    }
    let (own, other) = (&provider.retry, &default.retry);
    rows.push_of_server(
        "retry.max_attempts",
        (own.max_attempts, other.max_attempts),
        Value::from,
    );
    for (setting, values) in [
        ("retry.min_delay", (own.min_delay, other.min_delay)),
        ("retry.max_delay", (own.max_delay, other.max_delay)),
        ("retry.deadline", (own.deadline, other.deadline)),
    ] {
        rows.push_of_server(setting, values, time);
    }
    let (own, other) = (&provider.circuit_breaker, &default.circuit_breaker);
    rows.push_of_server(
        "circuit_breaker.max_failures",
        (own.max_failures, other.max_failures),
        Value::from,
    );
    let open_time = (own.open_time, other.open_time);
    rows.push_of_server("circuit_breaker.open_time", open_time, time);
}

fn push_limits(rows: &mut SettingRows, own: AssistantLimits, limits: TurnLimits) {
    let default = TurnLimits::default();
    rows.push_limit(
        "turns.max_concurrent_turns",
        None,
        Some(limits.max_concurrent_turns),
        Some(default.max_concurrent_turns),
    );
    rows.push_limit(
        "turns.max_concurrent_turns_per_workspace",
        own.max_concurrent_turns,
        Some(limits.max_concurrent_turns_per_workspace),
        Some(default.max_concurrent_turns_per_workspace),
    );
    rows.push_limit(
        "turns.requests_per_day",
        own.requests_per_day,
        limits.requests_per_day,
        None,
    );
    rows.push_limit(
        "turns.tokens_per_day",
        own.tokens_per_day,
        limits.tokens_per_day,
        None,
    );
    rows.push_limit(
        "turns.max_tool_rounds",
        own.max_tool_rounds,
        Some(limits.max_tool_rounds),
        Some(default.max_tool_rounds),
    );
    rows.push_limit(
        "turns.history_tokens",
        own.history_tokens,
        Some(limits.history_tokens),
        Some(default.history_tokens),
    );
    rows.push_limit(
        "turns.max_output_tokens",
        own.max_output_tokens,
        limits.max_output_tokens,
        None,
    );
}

/// Returns a URL without the values of its query, which may be keys.
fn visible_url(url: &str) -> String {
    match url.split_once('?') {
        Some((address, _)) => format!("{address}?..."),
        None => url.to_owned(),
    }
}

fn time(duration: Duration) -> Value {
    match duration.subsec_millis() {
        0 => json!(format!("{}s", duration.as_secs())),
        _ => json!(format!("{}ms", duration.as_millis())),
    }
}
