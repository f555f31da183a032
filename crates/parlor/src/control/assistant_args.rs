//! Arguments of `parlor assistant ...`.

use std::convert::Infallible;
use std::path::PathBuf;

use parlor_model::redacted::Redacted;
use serde::{Deserialize, Serialize};

/// What changes of a workspace's assistants.
#[derive(Debug, Clone, Default, Serialize, Deserialize, clap::Args)]
pub(crate) struct SetAssistantArgs {
    /// The workspace's own provider: openai (any server with chat/completions), echo, or none to use the server's
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Its URL before /chat/completions; of this and what follows none takes it away
    #[arg(long, value_name = "URL", value_parser = redact)]
    pub(crate) base_url: Option<Redacted<String>>,
    /// The name of the model, at its own or the server's provider
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// A file with the key alone, which is read now
    #[arg(long, value_name = "FILE", conflicts_with_all = ["api_key_stdin", "no_api_key"])]
    #[serde(skip)]
    pub(crate) api_key_file: Option<PathBuf>,
    /// Read the key from standard input
    #[arg(long, conflicts_with = "no_api_key")]
    #[serde(skip)]
    pub(crate) api_key_stdin: bool,
    /// Forget the key
    #[arg(long)]
    pub(crate) no_api_key: bool,
    /// The key that was read.
    #[arg(skip)]
    pub(crate) api_key: Option<Redacted<String>>,
    /// A header for each request, as 'Name: value'; once for each, in place of those before
    #[arg(long, value_name = "HEADER", value_parser = redact)]
    pub(crate) header: Vec<Redacted<String>>,
    /// Forget the headers
    #[arg(long, conflicts_with = "header")]
    pub(crate) no_headers: bool,
    /// What the field for the length of an answer is called: max_tokens or max_completion_tokens
    #[arg(long, value_name = "FIELD")]
    pub(crate) max_tokens_field: Option<String>,
    /// Whether to request the number of tokens, which some old servers refuse
    #[arg(long, value_name = "BOOL")]
    pub(crate) request_usage: Option<String>,
    /// How many answers at once
    #[arg(long, value_name = "N")]
    pub(crate) max_concurrent_turns: Option<String>,
    /// How many requests a day
    #[arg(long, value_name = "N")]
    pub(crate) requests_per_day: Option<String>,
    /// How many tokens a day
    #[arg(long, value_name = "N")]
    pub(crate) tokens_per_day: Option<String>,
    /// How many rounds of tool calls in an answer
    #[arg(long, value_name = "N")]
    pub(crate) max_tool_rounds: Option<String>,
    /// How many tokens of a conversation the model gets
    #[arg(long, value_name = "N")]
    pub(crate) history_tokens: Option<String>,
    /// How many tokens an answer may have
    #[arg(long, value_name = "N")]
    pub(crate) max_output_tokens: Option<String>,
}

/// What a provider is tried with.
#[derive(Debug, Clone, Default, Serialize, Deserialize, clap::Args)]
pub(crate) struct TestAssistantArgs {
    /// What to ask the model, instead of a greeting
    #[arg(long, value_name = "TEXT", value_parser = redact)]
    pub(crate) prompt: Option<Redacted<String>>,
}

fn redact(text: &str) -> Result<Redacted<String>, Infallible> {
    Ok(Redacted(text.to_owned()))
}
