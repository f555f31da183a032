//! Renders chats with their labels.

use parlor_engine::conversation::ConversationDetails;
use parlor_engine::label;
use parlor_kit::AppState;
use parlor_model::{Ctx, Result};

use super::ChatResponse;

/// Renders a chat that the caller may see.
pub(crate) async fn render_one(
    app: &AppState,
    ctx: &Ctx,
    whole: ConversationDetails,
) -> Result<ChatResponse> {
    let shown = [whole];
    let mut labels = label::list_by_conversation(&app.engine, ctx, &shown).await?;
    let [whole] = shown;
    let own = labels.remove(&whole.conversation.number);
    Ok(ChatResponse::from_details(
        ctx,
        whole,
        own.unwrap_or_default(),
    ))
}

/// Renders chats that the caller may see.
pub(crate) async fn render_all(
    app: &AppState,
    ctx: &Ctx,
    shown: Vec<ConversationDetails>,
) -> Result<Vec<ChatResponse>> {
    let mut labels = label::list_by_conversation(&app.engine, ctx, &shown).await?;
    let chats = shown.into_iter().map(|whole| {
        let own = labels.remove(&whole.conversation.number);
        ChatResponse::from_details(ctx, whole, own.unwrap_or_default())
    });
    Ok(chats.collect())
}
