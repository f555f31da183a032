//! `parlor assistant test`

use parlor_assistant::provider::{
    ProbeFailure, ProbeOptions, ProviderApiKey, ProviderErrorKind, ProviderSettings,
    ProviderSettingsError, probe,
};
use parlor_engine::assistant_settings;
use parlor_model::Ctx;
use parlor_model::scope::{Resource, Scope};
use serde_json::{Value, json};

use crate::cli_error::{CliError, ExitKind};
use crate::control::assistant_args::TestAssistantArgs;
use crate::control::execute::CommandContext;

/// Longest quotation of a provider's own words.
const MAX_QUOTED_CHARS: usize = 200;

pub(super) async fn test(
    context: CommandContext<'_>,
    ctx: Option<&Ctx>,
    args: TestAssistantArgs,
) -> Result<Value, CliError> {
    let stored = match ctx {
        Some(ctx) => {
            ctx.require(Scope::write(Resource::Admin))?;
            assistant_settings::find_with_secrets(context.engine, ctx.ws()).await?
        }
        None => None,
    };
    let found = context.providers.build_for_probe(stored.as_ref());
    let found = found
        .map_err(|error| settings_error(&error))?
        .ok_or_else(no_provider_error)?;
    let options = ProbeOptions {
        model: found.model.clone(),
        prompt: args.prompt,
    };
    let report = probe(found.provider.as_ref(), &options)
        .await
        .map_err(|failure| {
            let settings = context.providers.effective(stored.as_ref()).provider;
            explain_failure(&failure, settings.as_ref())
        })?;
    Ok(json!({
        "provider": found.kind.as_str(),
        "source": found.source.as_str(),
        "model": found.model,
        "timeToFirstTokenMs": millis(report.time_to_first_token),
        "totalTimeMs": millis(report.total_time),
        "inputTokens": report.usage.map(|usage| usage.input_tokens),
        "outputTokens": report.usage.map(|usage| usage.output_tokens),
        "finishReason": report.finish_reason.as_str(),
        "answer": report.text.0,
    }))
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn settings_error(error: &ProviderSettingsError) -> CliError {
    CliError::new(
        ExitKind::Usage,
        format!("`{}` {}", error.field, error.reason),
    )
    .with_hint("see what is set: parlor assistant show")
}

fn no_provider_error() -> CliError {
    CliError::new(
        ExitKind::NotFound,
        "no provider is set, so no assistant answers",
    )
    .with_hint(
        "set the section `assistant` of the configuration (PARLOR_ASSISTANT__KIND=echo to try it), \
         or: parlor assistant set --workspace ID --kind openai --base-url URL --model NAME",
    )
}

/// Converts a failure into one line with a hint.
fn explain_failure(failure: &ProbeFailure, settings: Option<&ProviderSettings>) -> CliError {
    let mut message = failure.error.to_string();
    let words = quoted_words(failure, settings);
    if !words.is_empty() {
        message.push_str("; it says: ");
        message.push_str(&words);
    }
    let remedy = failure.remedy.trim_end_matches('.');
    let mut fix = remedy.chars();
    let first = fix.next().map(|letter| letter.to_ascii_lowercase());
    let fix: String = first.into_iter().chain(fix).collect();
    CliError::new(ExitKind::Failed, message).with_hint(fix)
}

/// Returns the provider's own words on one line. Answers to a refused key are left out, since they may quote it.
fn quoted_words(failure: &ProbeFailure, settings: Option<&ProviderSettings>) -> String {
    let is_about_key = matches!(
        failure.error.kind,
        ProviderErrorKind::Unauthorized | ProviderErrorKind::Forbidden
    );
    if is_about_key {
        return String::new();
    }
    let mut words = failure.error.message.0.clone();
    if let Some(settings) = settings {
        let key = settings.api_key.as_ref().map(ProviderApiKey::expose);
        let headers = settings.headers.values().map(|value| value.0.as_str());
        for secret in key
            .into_iter()
            .chain(headers)
            .filter(|text| !text.is_empty())
        {
            words = words.replace(secret, "[secret]");
        }
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").chars().take(MAX_QUOTED_CHARS).collect()
}
