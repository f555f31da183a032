//! Renders chats with their labels and calls.

use parlor_engine::chat::call;
use parlor_engine::conversation::{self, ConversationDetails};
use parlor_kit::AppState;
use parlor_model::{Ctx, Error, Result};

use super::{CallResponse, ChatResponse};

/// Renders a chat that the caller may see.
pub(crate) async fn render_one(
    app: &AppState,
    ctx: &Ctx,
    details: ConversationDetails,
) -> Result<ChatResponse> {
    let mut rendered = render_all(app, ctx, vec![details]).await?;
    rendered
        .pop()
        .ok_or_else(|| Error::internal("a chat was not rendered"))
}

/// Renders chats that the caller may see.
pub(crate) async fn render_all(
    app: &AppState,
    ctx: &Ctx,
    chats: Vec<ConversationDetails>,
) -> Result<Vec<ChatResponse>> {
    let mut labels = conversation::list_labels(&app.engine, ctx, &chats).await?;
    let calls = call::find_placed(&app.engine, ctx, &chats).await?;
    let chats = chats.into_iter().map(|details| {
        let number = details.conversation.number;
        let own = labels.remove(&number).unwrap_or_default();
        let mut chat = ChatResponse::from_details(ctx, details, own);
        chat.call = calls.get(&number).map(CallResponse::from_call);
        chat
    });
    Ok(chats.collect())
}
