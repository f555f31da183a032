//! Completes a prompt.

use std::sync::Arc;

use parlor_model::scope::{Resource, Scope};
use parlor_model::turn::TurnError;
use parlor_model::{Ctx, Result, limit};
use parlor_store::repo::turn as repo;

use crate::outbound::{CompletionPart, CompletionParts, CompletionPrompt, CompletionWorkspace};
use crate::{Engine, assistant_settings, turn};

/// A completion that is being received. Its tokens are counted with those of turns.
pub struct Completion {
    engine: Arc<Engine>,
    ws: i64,
    parts: Box<dyn CompletionParts>,
}

/// Sends a prompt to the provider of the context's workspace. Stores nothing but the number of tokens. Requires
/// `messages:write`. The inner result is that of the provider.
///
/// # Errors
/// `NotImplemented` if the workspace has no provider.
pub async fn complete(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    prompt: CompletionPrompt,
) -> Result<Result<Completion, TurnError>> {
    ctx.require(Scope::write(Resource::Messages))?;
    let instructions = prompt.instructions.as_ref().map(|text| text.as_str());
    limit::BACKSTORY.validate_opt(instructions, "backstory")?;
    limit::REFERENCE.validate_opt(prompt.model.as_deref(), "model")?;
    assistant_settings::require_provider(engine, ctx).await?;
    let ws = ctx.ws();
    let Some(completions) = engine.completions.get() else {
        return Ok(Err(TurnError::Unavailable));
    };
    let workspace = CompletionWorkspace {
        settings: assistant_settings::find_with_secrets(engine, ws).await?,
        used_today: turn::usage_today(engine, ws).await?,
    };
    let begun = completions.complete(workspace, prompt).await;
    Ok(begun.map(|parts| Completion {
        engine: engine.clone(),
        ws,
        parts,
    }))
}

impl Completion {
    /// Returns the next part.
    ///
    /// # Errors
    /// That of the provider; nothing follows.
    pub async fn next_part(&mut self) -> Result<CompletionPart, TurnError> {
        let part = self.parts.next_part().await?;
        if let CompletionPart::End { usage, .. } = part {
            let ws = self.ws;
            let counted = self
                .engine
                .store
                .write(move |tx| repo::add_usage(tx, ws, usage));
            if let Err(error) = counted.await {
                tracing::warn!(?error, "tokens of a completion were not counted");
            }
        }
        Ok(part)
    }
}
