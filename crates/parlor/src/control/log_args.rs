//! Arguments of `parlor tail` and `parlor send`.

use std::convert::Infallible;

use parlor_model::redacted::Redacted;
use serde::{Deserialize, Serialize};

/// Part of a log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ReadLogArgs {
    /// Id of any dialect, number, or title.
    pub(crate) conversation: Redacted<String>,
    /// Position after which entries are returned; the last entries if absent.
    pub(crate) after: Option<i64>,
}

/// What is sent.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct SendMessageArgs {
    /// The conversation: its id in any of the APIs, its number, or its title
    #[arg(value_parser = redact)]
    pub(crate) conversation: Redacted<String>,
    /// What is said
    #[arg(value_parser = redact)]
    pub(crate) text: Redacted<String>,
    /// Who says it: UUID, number or principal of a member; an assistant speaks as assistant, and nobody if left out
    #[arg(long = "as", value_name = "MEMBER")]
    pub(crate) author: Option<String>,
}

fn redact(text: &str) -> Result<Redacted<String>, Infallible> {
    Ok(Redacted(text.to_owned()))
}
