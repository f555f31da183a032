//! What a workspace sets for its assistants: a provider of its own, a model, and limits.
//!
//! Keeps INV-33 and INV-55 (`docs/invariants.md`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::limit;
use crate::redacted::Redacted;
use crate::string_enum::string_enum;

string_enum! {
    /// Kind of a provider of completions.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    ProviderKind {
        /// A server with the endpoint `chat/completions`: OpenAI, llama.cpp, Ollama, vLLM and many more.
        Openai = "openai",
        /// Repeats the user's message. For trying the product and for tests.
        Echo = "echo",
    }
}

string_enum! {
    /// Name of the field that limits the tokens of a response.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    MaxTokensField {
        /// Understood by all model servers, and refused by OpenAI's reasoning models.
        #[default]
        MaxTokens = "max_tokens",
        /// Asked for by OpenAI's reasoning models.
        MaxCompletionTokens = "max_completion_tokens",
    }
}

/// Maximum number of headers.
const MAX_HEADERS: usize = 32;
/// Maximum number of bytes of all headers together. Servers refuse longer ones.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Settings of a workspace's assistants. `None` means the server's value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssistantSettings {
    /// Kind of the workspace's own provider. Without one the server's provider is used.
    pub kind: Option<ProviderKind>,
    /// URL of the own provider. Its query may contain a key.
    pub base_url: Option<Redacted<String>>,
    /// Key for the own provider.
    pub api_key: Option<Redacted<String>>,
    /// More headers for the own provider. Their values may be keys.
    pub headers: BTreeMap<String, Redacted<String>>,
    /// Field of the own provider that limits the tokens of a response.
    pub max_tokens_field: Option<MaxTokensField>,
    /// Whether to request the number of tokens from the own provider.
    pub request_usage: Option<bool>,
    /// Name of the model, at the own or the server's provider.
    pub model: Option<String>,
    /// Limits of turns.
    pub limits: AssistantLimits,
}

/// Limits of a workspace's turns. `None` means the server's value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssistantLimits {
    /// Turns at once.
    pub max_concurrent_turns: Option<u32>,
    /// Requests to the provider a day.
    pub requests_per_day: Option<u64>,
    /// Tokens a day.
    pub tokens_per_day: Option<u64>,
    /// Rounds of tool calls of a turn.
    pub max_tool_rounds: Option<u32>,
    /// Tokens of a prompt.
    pub history_tokens: Option<u32>,
    /// Tokens of a response.
    pub max_output_tokens: Option<u32>,
}

/// Changes to a workspace's settings. An outer `None` keeps a value, an inner one removes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateAssistantSettings {
    /// Kind of the own provider. Removing it removes the own provider with its key.
    pub kind: Option<Option<ProviderKind>>,
    /// URL of the own provider.
    pub base_url: Option<Option<Redacted<String>>>,
    /// Key for the own provider.
    pub api_key: Option<Option<Redacted<String>>>,
    /// All headers for the own provider.
    pub headers: Option<BTreeMap<String, Redacted<String>>>,
    /// Field that limits the tokens of a response.
    pub max_tokens_field: Option<Option<MaxTokensField>>,
    /// Whether to request the number of tokens.
    pub request_usage: Option<Option<bool>>,
    /// Name of the model.
    pub model: Option<Option<String>>,
    /// Turns at once.
    pub max_concurrent_turns: Option<Option<u32>>,
    /// Requests to the provider a day.
    pub requests_per_day: Option<Option<u64>>,
    /// Tokens a day.
    pub tokens_per_day: Option<Option<u64>>,
    /// Rounds of tool calls of a turn.
    pub max_tool_rounds: Option<Option<u32>>,
    /// Tokens of a prompt.
    pub history_tokens: Option<Option<u32>>,
    /// Tokens of a response.
    pub max_output_tokens: Option<Option<u32>>,
}

/// Settings without secrets, for callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssistantSettingsDetails {
    /// The settings. The key is absent, the values of headers are empty, and the URL ends at its `?`.
    pub settings: AssistantSettings,
    /// Whether a key is stored.
    pub has_api_key: bool,
}

impl AssistantSettings {
    /// Returns the settings without secrets.
    #[must_use]
    pub fn into_details(mut self) -> AssistantSettingsDetails {
        let has_api_key = self.api_key.take().is_some();
        for value in self.headers.values_mut() {
            *value = Redacted::default();
        }
        if let Some(url) = &mut self.base_url
            && let Some(query) = url.find('?')
        {
            url.0.truncate(query + 1);
        }
        AssistantSettingsDetails {
            settings: self,
            has_api_key,
        }
    }

    /// Applies changes.
    ///
    /// # Errors
    /// `Invalid` for texts that are too long, for settings of an own provider without its kind, and for another kind
    /// or URL while a stored key or header stays: it would be sent to where it was not meant for.
    pub fn update(&mut self, change: UpdateAssistantSettings) -> Result<()> {
        let previous = (self.kind, self.base_url.clone());
        let keeps_secret = (self.api_key.is_some() && change.api_key.is_none())
            || (!self.headers.is_empty() && change.headers.is_none());
        if change.kind == Some(None) {
            *self = Self {
                model: self.model.take(),
                limits: self.limits,
                ..Self::default()
            };
        }
        let removes_provider = change.kind == Some(None);
        replace(&mut self.kind, change.kind);
        replace(&mut self.base_url, change.base_url);
        replace(&mut self.api_key, change.api_key);
        if let Some(headers) = change.headers {
            self.headers = headers;
        }
        replace(&mut self.max_tokens_field, change.max_tokens_field);
        replace(&mut self.request_usage, change.request_usage);
        replace(&mut self.model, change.model);
        let limits = &mut self.limits;
        replace(
            &mut limits.max_concurrent_turns,
            change.max_concurrent_turns,
        );
        replace(&mut limits.requests_per_day, change.requests_per_day);
        replace(&mut limits.tokens_per_day, change.tokens_per_day);
        replace(&mut limits.max_tool_rounds, change.max_tool_rounds);
        replace(&mut limits.history_tokens, change.history_tokens);
        replace(&mut limits.max_output_tokens, change.max_output_tokens);
        let is_moved = (self.kind, self.base_url.clone()) != previous;
        if is_moved && keeps_secret && !removes_provider {
            return Err(Error::invalid(
                "base_url",
                "and kind can change only together with the key and the headers: give them again, or remove them",
            ));
        }
        self.validate()
    }

    fn validate(&self) -> Result<()> {
        let has_provider_settings = self.base_url.is_some()
            || self.api_key.is_some()
            || !self.headers.is_empty()
            || self.max_tokens_field.is_some()
            || self.request_usage.is_some();
        if self.kind.is_none() && has_provider_settings {
            return Err(Error::invalid(
                "kind",
                "must be set for a provider of the workspace's own",
            ));
        }
        let text = |value: &Option<Redacted<String>>| value.as_ref().map(|text| text.0.clone());
        limit::ADDRESS.validate_opt(text(&self.base_url).as_deref(), "base_url")?;
        limit::CREDENTIAL.validate_opt(text(&self.api_key).as_deref(), "api_key")?;
        limit::REFERENCE.validate_opt(self.model.as_deref(), "model")?;
        if self.headers.len() > MAX_HEADERS {
            return Err(Error::invalid(
                "headers",
                format!("must be at most {MAX_HEADERS}"),
            ));
        }
        let sizes = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len());
        if sizes.sum::<usize>() > MAX_HEADER_BYTES {
            return Err(Error::invalid(
                "headers",
                "must be shorter than 16 KiB together",
            ));
        }
        for (name, value) in &self.headers {
            limit::NAME.validate(name, "headers")?;
            limit::CREDENTIAL.validate(value, "headers")?;
        }
        Ok(())
    }
}

fn replace<T>(value: &mut Option<T>, change: Option<Option<T>>) {
    if let Some(new) = change {
        *value = new;
    }
}
