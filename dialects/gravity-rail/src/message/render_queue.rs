//! Messages read but not rendered yet.

use std::collections::VecDeque;

use parlor_engine::message;
use parlor_kit::AppState;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};

use super::OpenAIMessageResponse;

/// Queue of a chat's messages that need their ratings. Comments may be long, so ratings are read for a few messages at
/// a time.
pub(crate) struct MessageRenderQueue {
    pub(crate) app: AppState,
    pub(crate) ctx: Ctx,
    /// The chat's integer id.
    pub(crate) chat: i64,
    pending: VecDeque<Message>,
}

impl MessageRenderQueue {
    pub(crate) fn new(app: AppState, ctx: Ctx, chat: i64) -> Self {
        Self {
            app,
            ctx,
            chat,
            pending: VecDeque::new(),
        }
    }

    pub(crate) fn chat_key(&self) -> ConversationKey {
        ConversationKey::Number(self.chat)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    pub(crate) fn extend(&mut self, messages: Vec<Message>) {
        self.pending.extend(messages);
    }

    /// Renders the next messages with the ratings that the reader may see.
    pub(crate) async fn render_next(&mut self) -> Result<Vec<OpenAIMessageResponse>> {
        let count = self.pending.len().min(message::MAX_RATED_MESSAGES);
        let mut messages: Vec<Message> = self.pending.drain(..count).collect();
        let (engine, key) = (&self.app.engine, self.chat_key());
        message::apply_own_ratings(engine, &self.ctx, key, &mut messages).await?;
        let messages = messages.into_iter();
        Ok(messages
            .map(|message| OpenAIMessageResponse::from_message(self.chat, message))
            .collect())
    }
}
