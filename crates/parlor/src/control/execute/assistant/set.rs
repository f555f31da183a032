//! `parlor assistant set`

use std::collections::BTreeMap;
use std::str::FromStr;

use parlor_engine::assistant_settings;
use parlor_model::assistant_settings::{MaxTokensField, ProviderKind, UpdateAssistantSettings};
use parlor_model::error::ErrorKind;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error};
use serde_json::Value;

use super::show;
use crate::cli_error::{CliError, ExitKind};
use crate::control::assistant_args::SetAssistantArgs;
use crate::control::execute::CommandContext;

/// Hint that refers to the help of the options.
const HELP_HINT: &str = "see: parlor assistant set --help";

/// Text that removes a value.
const NONE: &str = "none";

pub(super) async fn set(
    context: CommandContext<'_>,
    ctx: &Ctx,
    args: SetAssistantArgs,
) -> Result<Value, CliError> {
    let command = parse_args(args)?;
    if command == UpdateAssistantSettings::default() {
        return Err(
            CliError::new(ExitKind::Usage, "nothing to change was named").with_hint(HELP_HINT),
        );
    }
    let updated = assistant_settings::update(context.engine, ctx, command, |settings| {
        let verified = context.providers.verify(settings);
        verified.map_err(|error| Error::invalid(error.field, error.reason))
    });
    let updated = updated.await.map_err(explain_error)?;
    Ok(show::render(context.providers, Some(&updated)))
}

fn explain_error(error: Error) -> CliError {
    let is_about_networks =
        matches!(error.kind(), ErrorKind::Invalid { rule, .. } if rule.contains("networks"));
    CliError::from(error).with_hint(match is_about_networks {
        true => {
            "use a public address, or list its network in the server's setting `agent_server_networks`"
        }
        false => HELP_HINT,
    })
}

fn parse_args(args: SetAssistantArgs) -> Result<UpdateAssistantSettings, CliError> {
    let headers = match args.no_headers {
        true => Some(BTreeMap::new()),
        false if args.header.is_empty() => None,
        false => Some(parse_headers(&args.header)?),
    };
    let kinds = "openai, echo or none";
    let fields = "max_tokens, max_completion_tokens or none";
    Ok(UpdateAssistantSettings {
        kind: parse("--kind", args.kind, kinds, ProviderKind::from_name)?,
        base_url: args
            .base_url
            .map(|url| Some(url).filter(|url| url.0 != NONE)),
        api_key: match args.no_api_key {
            true => Some(None),
            false => args.api_key.map(Some),
        },
        headers,
        max_tokens_field: parse(
            "--max-tokens-field",
            args.max_tokens_field,
            fields,
            MaxTokensField::from_name,
        )?,
        request_usage: parse(
            "--request-usage",
            args.request_usage,
            "true, false or none",
            |text| text.parse().ok(),
        )?,
        model: args
            .model
            .map(|model| Some(model).filter(|model| model != NONE)),
        max_concurrent_turns: number("--max-concurrent-turns", args.max_concurrent_turns)?,
        requests_per_day: number("--requests-per-day", args.requests_per_day)?,
        tokens_per_day: number("--tokens-per-day", args.tokens_per_day)?,
        max_tool_rounds: number("--max-tool-rounds", args.max_tool_rounds)?,
        history_tokens: number("--history-tokens", args.history_tokens)?,
        max_output_tokens: number("--max-output-tokens", args.max_output_tokens)?,
    })
}

fn number<N: FromStr>(option: &str, text: Option<String>) -> Result<Option<Option<N>>, CliError> {
    parse(option, text, "a whole number or none", |text| {
        text.parse().ok()
    })
}

/// Parses the text of an option; `none` removes the value.
fn parse<T>(
    option: &str,
    text: Option<String>,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<Option<T>>, CliError> {
    let Some(text) = text else {
        return Ok(None);
    };
    if text == NONE {
        return Ok(Some(None));
    }
    let value = parse(&text).ok_or_else(|| {
        CliError::new(
            ExitKind::Usage,
            format!("{option} {text:?} is not possible"),
        )
        .with_hint(format!("use {expected}"))
    })?;
    Ok(Some(Some(value)))
}

/// Parses headers. Errors do not quote them, since their values may be keys.
fn parse_headers(
    lines: &[Redacted<String>],
) -> Result<BTreeMap<String, Redacted<String>>, CliError> {
    let headers = lines.iter().map(|line| {
        let (name, value) = line.split_once(':').ok_or_else(|| {
            CliError::new(ExitKind::Usage, "a header has no colon")
                .with_hint("write --header 'Name: value'")
        })?;
        let value = Redacted(value.trim().to_owned());
        Ok((name.trim().to_ascii_lowercase(), value))
    });
    headers.collect()
}
