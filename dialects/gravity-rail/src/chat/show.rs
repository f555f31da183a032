//! Chats with the labels they bear.

use parlor_engine::conversation::Whole;
use parlor_engine::label;
use parlor_kit::App;
use parlor_model::{Ctx, Result};

use super::ChatResponse;

/// A chat the caller has been given.
pub(crate) async fn one(app: &App, ctx: &Ctx, whole: Whole) -> Result<ChatResponse> {
    let shown = [whole];
    let mut labels = label::of_conversations(&app.engine, ctx, &shown).await?;
    let [whole] = shown;
    let own = labels.remove(&whole.conversation.number);
    Ok(ChatResponse::of(ctx, whole, own.unwrap_or_default()))
}

/// Chats the caller has been given.
pub(crate) async fn all(app: &App, ctx: &Ctx, shown: Vec<Whole>) -> Result<Vec<ChatResponse>> {
    let mut labels = label::of_conversations(&app.engine, ctx, &shown).await?;
    let chats = shown.into_iter().map(|whole| {
        let own = labels.remove(&whole.conversation.number);
        ChatResponse::of(ctx, whole, own.unwrap_or_default())
    });
    Ok(chats.collect())
}
