//! One-off completions by the provider of a workspace, through an implementation of [`Completions`].

use std::future::Future;
use std::pin::Pin;

use parlor_model::assistant_settings::AssistantSettings;
use parlor_model::message::MessageRole;
use parlor_model::redacted::Redacted;
use parlor_model::turn::{AssistantUsage, TurnError, TurnFinish, TurnUsage};

/// What to complete.
#[derive(Debug, Clone, Default)]
pub struct CompletionPrompt {
    /// Instructions of the caller.
    pub instructions: Option<Redacted<String>>,
    /// Messages, oldest first.
    pub messages: Vec<(MessageRole, Redacted<String>)>,
    /// Name of the model; the workspace's if `None`.
    pub model: Option<String>,
}

/// Workspace of a completion.
#[derive(Debug, Clone)]
pub struct CompletionWorkspace {
    /// Settings of its assistants, if it has its own.
    pub settings: Option<AssistantSettings>,
    /// What its assistants have used today.
    pub used_today: AssistantUsage,
}

/// Part of a completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompletionPart {
    /// More text.
    Text(Redacted<String>),
    /// The end; nothing follows.
    End {
        /// How it ended.
        finish: TurnFinish,
        /// Tokens used.
        usage: TurnUsage,
    },
}

/// Future of [`CompletionParts::next_part`].
pub type CompletionPartFuture<'a> =
    Pin<Box<dyn Future<Output = Result<CompletionPart, TurnError>> + Send + 'a>>;

/// A completion that is being received. Dropping it ends the provider's work.
pub trait CompletionParts: Send + 'static {
    /// Returns the next part.
    fn next_part(&mut self) -> CompletionPartFuture<'_>;
}

/// Future of [`Completions::complete`].
pub type CompletionPartsFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Box<dyn CompletionParts>, TurnError>> + Send + 'a>>;

/// Completes prompts. Called outside of transactions.
pub trait Completions: Send + Sync + 'static {
    /// Sends a prompt to the provider of a workspace, and returns the response when it has begun.
    fn complete(
        &self,
        workspace: CompletionWorkspace,
        prompt: CompletionPrompt,
    ) -> CompletionPartsFuture<'_>;
}
