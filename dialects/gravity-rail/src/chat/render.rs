//! Renders chats with their labels.

use parlor_engine::conversation::{self, ConversationDetails};
use parlor_kit::AppState;
use parlor_model::{Ctx, Result};

use super::ChatResponse;

/// Renders a chat that the caller may see.
pub(crate) async fn render_one(
    app: &AppState,
    ctx: &Ctx,
    details: ConversationDetails,
) -> Result<ChatResponse> {
    let chats = [details];
    let mut labels = conversation::list_labels(&app.engine, ctx, &chats).await?;
    let [details] = chats;
    let own = labels.remove(&details.conversation.number);
    Ok(ChatResponse::from_details(
        ctx,
        details,
        own.unwrap_or_default(),
    ))
}

/// Renders chats that the caller may see.
pub(crate) async fn render_all(
    app: &AppState,
    ctx: &Ctx,
    chats: Vec<ConversationDetails>,
) -> Result<Vec<ChatResponse>> {
    let mut labels = conversation::list_labels(&app.engine, ctx, &chats).await?;
    let chats = chats.into_iter().map(|details| {
        let own = labels.remove(&details.conversation.number);
        ChatResponse::from_details(ctx, details, own.unwrap_or_default())
    });
    Ok(chats.collect())
}
