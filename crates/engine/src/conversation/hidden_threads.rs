//! Conversations that connections have open and that the workspace has come to hide.

use parlor_model::{Ctx, Result};

use crate::{Engine, authority};

/// Which of these conversations, by number, the caller may see no longer since the workspace asks for roles: threads
/// whose role its session does not carry. What else ends a right stands in the conversation's log, or ends the
/// credential.
pub async fn find_hidden_threads(
    engine: &Engine,
    ctx: &Ctx,
    conversations: Vec<i64>,
) -> Result<Vec<i64>> {
    if conversations.is_empty() || authority::is_every_thread_visible(ctx) {
        return Ok(Vec::new());
    }
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| authority::find_hidden_threads(tx, &ctx, conversations))
        .await
}
