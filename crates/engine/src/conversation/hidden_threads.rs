//! Conversations of open connections that the workspace has begun to hide.

use parlor_model::{Ctx, Result};

use crate::{Engine, authority};

/// Returns which of these conversations, by number, are hidden from the caller because the workspace requires roles:
/// threads whose role its session does not carry. Other losses of access appear in the conversation's log or revoke the
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
